# exercise: 21.2
# tries: escapes, bidi marks, NUL and lone surrogates in its output: shown harmlessly wherever a message quotes it
# expect: at most 27 points; failed
import asyncio


async def longRunningJob(jobId, duration):
    print(f"Job {jobId} started \x1b[2J\x1b]0;owned\x07\x1b[31m \u202e\u2066 \x00 \ud800 \r\b")
    print("<script>alert(1)</script> | =HYPERLINK(1) | [link](javascript:1) | ]]> | \N{ZERO WIDTH SPACE}")
    await asyncio.sleep(duration)
    return f"Result_{jobId}\x1b[8m\udfff"


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
