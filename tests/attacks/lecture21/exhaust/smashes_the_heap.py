# exercise: 21.1
# tries: frees what is not its own, writes over objects of the interpreter, and jumps to where no code is
# expect: at most 13 points; crashed, timed_out
import asyncio
import ctypes
import time


def smash(way):
    if way == 0:
        ctypes.CDLL(None).free(ctypes.c_void_p(id(ctypes)))
    if way == 1:
        ctypes.memset(id(None), 0, 16)
    if way == 2:
        ctypes.CFUNCTYPE(None)(0x41414141)()
    ctypes.memset(id(type), 0xFF, 4096)


async def fetchData(sourceId, delaySeconds):
    smash(len(sourceId) % 4)


async def main():
    if __name__ == "__main__":
        smash(0)
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
