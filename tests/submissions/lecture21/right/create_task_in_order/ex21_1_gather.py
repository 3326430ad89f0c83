import asyncio, time

async def fetchData(sourceId, delaySeconds):
  print(f'Starting fetch {sourceId}')
  await asyncio.sleep(delaySeconds)
  print(f'Completed fetch {sourceId}')
  return f'Data from source {sourceId}'

async def main():
  start = time.perf_counter()
  # create first, await afterwards!! (awaiting directly would be sequential)
  taskA = asyncio.create_task(fetchData('A', 1.0))
  taskB = asyncio.create_task(fetchData('B', 0.5))
  taskC = asyncio.create_task(fetchData('C', 0.8))
  resA = await taskA
  resB = await taskB
  resC = await taskC
  end = time.perf_counter()
  print(resA)
  print(resB)
  print(resC)
  print(f'Total time: {end - start:.2f}s (vs ~2.3s sequential)')

if __name__ == '__main__':
  asyncio.run(main())
