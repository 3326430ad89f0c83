import asyncio as a
async def longRunningJob(j, d):
 try: print(f"Job {j} started"); await a.sleep(d); print(f"Job {j} completed"); return f"Result_{j}"
 except a.CancelledError: print(f"Job {j} was cancelled"); raise
async def main():
 d, p = await a.wait([a.create_task(longRunningJob(*x)) for x in [("A", 2.0), ("B", .5), ("C", 1.0)]], timeout=1.2); print(f"Done: {len(d)}, Pending: {len(p)}")
 for t in p: t.cancel();
 await a.gather(*p, return_exceptions=True);
if __name__ == "__main__": a.run(main());
