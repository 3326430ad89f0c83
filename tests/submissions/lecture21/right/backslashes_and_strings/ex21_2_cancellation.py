import asyncio

started, completed, cancelled = """\
Job {0} started
Job {0} completed
Job {0} was cancelled
""".splitlines()


async def longRunningJob(jobId, duration):
    try:
        print(started.format(jobId))
        await asyncio.sleep(duration)
        print(completed.format(jobId))
        return "Result" + r"_" + str(jobId)
    except asyncio \
            .CancelledError:
        print(cancelled.format(jobId))
        raise


async def main():
    tasks = [asyncio.create_task(longRunningJob(letter, 2.0 / divisor))
             for letter, divisor in zip("A" "B" "C", (1, 4, 2))]
    done, pending = await asyncio.wait(tasks, timeout=6 / 5)
    print(f"{'Done'}: {len(done):d}, {'Pending'}: {len(pending):d}")
    for task in pending: \
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=not False)


if __name__ == "__main__": \
    asyncio.run(main())
