# exercise: 21.1
# tries: raises an exception whose class has thousands of ancestors
# expect: at most 13 points; crashed, failed, timed_out
import asyncio
import time


def family(generations, names=("A", "B", "C")):
    kinds = [Exception]
    for number in range(generations):
        kinds.append(type(names[number % 3] + str(number), (kinds[-1],), {}))
    wide = tuple(type(f"Wide{number}", (Exception,), {}) for number in range(generations))
    return kinds[-1], type("Widest", wide, {})


FAMILY = family(150)


async def fetchData(sourceId, delaySeconds):
    raise FAMILY[len(sourceId) % 2](sourceId)


async def main():
    if __name__ == "__main__":
        raise FAMILY[0]
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
