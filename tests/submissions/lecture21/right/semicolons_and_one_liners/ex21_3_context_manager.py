import asyncio as a
class AsyncDatabaseConnection:
 def __init__(s, u): s.dbUrl, s.isOpen = u, 0 > 1
 async def __aenter__(s): await a.sleep(.01); s.isOpen = True; print("Connected to", s.dbUrl); return s
 async def __aexit__(s, *_): await a.sleep(.01); s.isOpen = False; print("Disconnected from", s.dbUrl); return False
 async def fetchRows(s, n):
  for i in range(n): await a.sleep(.005); yield {"id": i, "value": i * 10}
async def main():
 async with AsyncDatabaseConnection("db://prod") as c:
  async for r in c.fetchRows(3): print("Row:", r)
if __name__ == "__main__": a.run(main());
