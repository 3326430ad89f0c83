# exercise: 21.1
# tries: a class whose metaclass answers every question wrongly
# expect: at most 13 points; failed, student_error
import asyncio
import time

class Meta(type):
    def __instancecheck__(cls, instance):
        return True

    def __getattribute__(cls, name):
        raise SystemExit(name)

    def __hash__(cls):
        raise KeyboardInterrupt

    def __eq__(cls, other):
        raise KeyboardInterrupt


class Wild(metaclass=Meta):
    pass


async def fetchData(sourceId, delaySeconds):
    return Wild


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
