# exercise: 21.1
# tries: replaces id, type, isinstance, getattr, str and the encoder of JSON by its own, which answer as they please
# expect: at most 13 points; crashed
import asyncio
import builtins
import inspect
import json
import json.encoder
import time
import traceback


async def fetchData(sourceId, delaySeconds):
    builtins.id = lambda thing: 1
    builtins.isinstance = lambda thing, kind: True
    inspect.iscoroutine = inspect.isawaitable = inspect.iscoroutinefunction = lambda thing: True
    json.JSONEncoder.encode = json.JSONEncoder.iterencode = lambda self, thing, *args: '["sret", 0, ["ok", "passed"]]'
    json.encoder.c_make_encoder = json.encoder.encode_basestring_ascii = None
    traceback.extract_tb = lambda *args, **kwargs: []
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
