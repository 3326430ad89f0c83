import asyncio
import time


class DataFetcherFactory(object):
    __instance = None

    @staticmethod
    def getInstance():
        if DataFetcherFactory.__instance is None:
            DataFetcherFactory.__instance = DataFetcherFactory()
        return DataFetcherFactory.__instance

    def createFetcher(self, sourceId, delaySeconds):
        return self.DataFetcher(sourceId, delaySeconds)

    class DataFetcher(object):
        def __init__(self, sourceId, delaySeconds):
            self.__sourceId = sourceId
            self.__delaySeconds = delaySeconds

        def getSourceId(self):
            return self.__sourceId

        def getDelaySeconds(self):
            return self.__delaySeconds

        async def execute(self):
            print(("Starting fetch " + str(self.getSourceId())));
            await asyncio.sleep(self.getDelaySeconds());
            print(("Completed fetch " + str(self.getSourceId())));
            return ("Data from source " + str(self.getSourceId()));


async def fetchData(sourceId, delaySeconds):
    return await DataFetcherFactory.getInstance().createFetcher(sourceId, delaySeconds).execute();


class Main(object):
    async def main(self, args):
        startTime = time.perf_counter()
        results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
        elapsed = (time.perf_counter() - startTime)
        for i in range(0, len(results), 1):
            print(results[i])
        print("Total time: " + "{0:.2f}".format(elapsed) + "s (vs ~2.3s sequential)")


async def main():
    await Main().main([])


if (__name__ == "__main__"):
    asyncio.run(main());
