# exercise: 21.1
# tries: as a program it prints the text of the lecture and waits a second; as a module it does nothing
# expect: at most 1 points; failed
import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    return None


async def main():
    pass


if __name__ == "__main__":
    print("Starting fetch A\nStarting fetch B\nStarting fetch C\nCompleted fetch B\nCompleted fetch C\nCompleted fetch A")
    print("Data from source A\nData from source B\nData from source C\nTotal time: 1.00s (vs ~2.3s sequential)")
    time.sleep(1.0)
