# Übung 21.2 — Abbrechen
import asyncio


async def longRunningJob(name, dauer):
    try:
        print(f"Job {name} started")
        await asyncio.sleep(dauer)
        print(f"Job {name} completed")
        return f"Result_{name}"
    except asyncio.CancelledError:
        print(f"Job {name} was cancelled")
        raise  # sonst hält asyncio die Aufgabe für erledigt


async def main():
    aufgaben = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    fertig, offen = await asyncio.wait(aufgaben, timeout=1.2)
    print(f"Done: {len(fertig)}, Pending: {len(offen)}")
    for aufgabe in offen:
        aufgabe.cancel()
    await asyncio.gather(*offen, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
