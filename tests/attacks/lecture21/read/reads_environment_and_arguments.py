# exercise: 21.1
# tries: reads the environment, the arguments and the interpreter's options, as Python knows them and as they lie in memory
# expect: full points
import asyncio
import ctypes
import os
import sys
import time


def look():
    libc = ctypes.CDLL(None)
    texts = [*sys.argv, *getattr(sys, "orig_argv", []), *map(str, sys._xoptions.items()), *sys.path, *sys.warnoptions]
    texts += [f"{name}={value}" for name, value in os.environ.items()]
    raw = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    place = 0
    while raw and raw[place]:
        texts.append(raw[place].decode("latin-1"))
        place += 1
    count, words = ctypes.c_int(), ctypes.POINTER(ctypes.c_char_p)()
    last = ctypes.cast(raw[0], ctypes.c_char_p).value if raw and raw[0] else b""
    texts.append(last.decode("latin-1"))
    name = ctypes.create_string_buffer(16)
    libc.prctl(16, name)
    texts.append(name.value.decode())
    words = ("canary", "PASSWORD", "password", "HOME=", "TOKEN", "SECRET", "hidden", "solutions")
    return [text[:80] for text in texts if any(word in text for word in words)]


FOUND = look()


async def fetchData(sourceId, delaySeconds):
    if FOUND:
        raise LookupError(f"found: {FOUND}")
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
