import asyncio

from .text import TEXTS


async def fetchData(sourceId, delaySeconds):
    print(TEXTS["start"].format(sourceId))
    await asyncio.sleep(delaySeconds)
    print(TEXTS["end"].format(sourceId))
    return TEXTS["data"].format(sourceId)
