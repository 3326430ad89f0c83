# -*- coding: ascii -*-
from __future__ import absolute_import, division, print_function
import asyncio, \
       time

async def fetchData \
        (sourceId, delaySeconds):
    print("Starting" " " \
          'fetch' + chr(32) + f'''{sourceId}''')
    await asyncio \
        .sleep(delaySeconds)
    print(u"Completed fetch %(sourceId)s" % locals())
    return "\x44ata from source {0!s}".format(sourceId)

async def main():
    startTime = time.perf_counter()
    results = \
        await asyncio.gather(fetchData("\N{LATIN CAPITAL LETTER A}", +1.0),
                             fetchData("\102", .50),
                             fetchData(chr(67), 8e-1))
    elapsed = -startTime + time.perf_counter()
    for result in results: \
        print(result)
    print(f"Total time: {elapsed:{'.'}{2}f}s {'(vs ~2.3s sequential)'!s}")

if __name__ == '__main__': \
    asyncio.run(main())
