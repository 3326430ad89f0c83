import asyncio, time; from asyncio import gather, sleep
async def fetchData(s, d): print(f"Starting fetch {s}"); await sleep(d); print(f"Completed fetch {s}"); return f"Data from source {s}"
async def main():
 t = time.perf_counter(); r = await gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8)); t = time.perf_counter() - t
 for x in r: print(x)
 print(f"Total time: {t:.2f}s (vs ~2.3s sequential)")
if __name__ == "__main__": asyncio.run(main());
