"""Things that all three of my files need."""
import asyncio
import time


class Stopwatch:
    def __init__(self):
        self.begin = time.perf_counter()

    def read(self):
        return time.perf_counter() - self.begin


async def pretend_io(seconds):
    await asyncio.sleep(seconds)


def announce(*words):
    print(*words)
