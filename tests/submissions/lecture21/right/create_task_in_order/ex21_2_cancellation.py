import asyncio

async def longRunningJob(jobId, duration):
  print(f'Job {jobId} started')
  try:
    await asyncio.sleep(duration)
  except asyncio.CancelledError as e:
    print(f'Job {jobId} was cancelled')
    raise e
  else:
    print(f'Job {jobId} completed')
    return f'Result_{jobId}'

async def main():
  taskA = asyncio.create_task(longRunningJob('A', 2.0))
  taskB = asyncio.create_task(longRunningJob('B', 0.5))
  taskC = asyncio.create_task(longRunningJob('C', 1.0))
  done, pending = await asyncio.wait({taskA, taskB, taskC}, timeout=1.2)
  print(f'Done: {len(done)}, Pending: {len(pending)}')
  for t in pending:
    t.cancel()
  for t in pending:
    try:
      await t
    except asyncio.CancelledError:
      pass
    except Exception:
      pass

if __name__ == '__main__':
  asyncio.run(main())
