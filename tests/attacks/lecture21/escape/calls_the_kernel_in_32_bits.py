# exercise: 21.1
# tries: runs machine code that calls the kernel through its 32-bit gate, which the filter's numbers do not fit
# expect: at most 0 points; crashed
# says: SIGSYS
import asyncio
import ctypes
import mmap
import os
import platform
import time


def call_in_32_bits(number):
    """mov eax, number; int 0x80; ret"""
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(b"\x53\xb8" + number.to_bytes(4, "little") + b"\xcd\x80\x5b\xc3")
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()


if platform.machine() != "x86_64":
    os.kill(os.getpid(), 31)
if call_in_32_bits(2) == 0:
    os._exit(0)


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
