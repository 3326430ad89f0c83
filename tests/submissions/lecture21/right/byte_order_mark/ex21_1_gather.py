# Übung 21.1 — gleichzeitig statt nacheinander
import asyncio
import time


async def fetchData(quelle, sekunden):
    print(f"Starting fetch {quelle}")
    await asyncio.sleep(sekunden)
    print(f"Completed fetch {quelle}")
    return f"Data from source {quelle}"


async def main():
    anfang = time.perf_counter()
    # alle drei laufen zur gleichen Zeit, es dauert also nur so lange wie die längste Abfrage
    ergebnisse = await asyncio.gather(
        fetchData("A", 1.0),
        fetchData("B", 0.5),
        fetchData("C", 0.8),
    )
    dauer = time.perf_counter() - anfang
    for ergebnis in ergebnisse:
        print(ergebnis)
    print(f"Total time: {dauer:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
