# exercise: 21.1
# tries: changes code objects, interned values, caches, builtins and modules in memory, hoping that the next test shares them
# expect: full points
import asyncio
import builtins
import ctypes
import gc
import linecache
import sys
import time
import warnings


def poison():
    if getattr(builtins, "poisoned", False) or linecache.getline("poison", 1) == "x":
        return True
    builtins.poisoned = True
    sys.modules["poison"] = sys
    sys.path.append("/poison")
    linecache.cache["poison"] = (1, None, ["x"], "poison")
    return False


SEEN = sys.modules.get("poison") is not None or poison()


def note_in_every_dict():
    for thing in gc.get_objects():
        if type(thing) is dict and "__builtins__" in thing:
            thing.setdefault("poisoned_too", []).append(1)


if len(vars(asyncio).get("poisoned_too", ())) > 0:
    SEEN = True
note_in_every_dict()


async def fetchData(sourceId, delaySeconds):
    if SEEN:
        raise LookupError("another test has been here")
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
