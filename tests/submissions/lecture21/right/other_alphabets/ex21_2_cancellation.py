"""練習 21.2：取消任務 🚫 (ﾉ◕ヮ◕)ﾉ*:･ﾟ✧"""
import asyncio


async def longRunningJob(任務, 秒):
    try:
        print(f"Job {任務} started")
        await asyncio.sleep(秒)
        print(f"Job {任務} completed")
        return f"Result_{任務}"
    except asyncio.CancelledError:  # 一定要重新拋出
        print(f"Job {任務} was cancelled")
        raise


async def main():
    任務們 = [asyncio.create_task(longRunningJob(名, 秒)) for 名, 秒 in (("A", 2.0), ("B", 0.5), ("C", 1.0))]
    完成, 未完成 = await asyncio.wait(任務們, timeout=1.2)
    print(f"Done: {len(完成)}, Pending: {len(未完成)}")
    for 一個 in 未完成:
        一個.cancel()
    await asyncio.gather(*未完成, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
