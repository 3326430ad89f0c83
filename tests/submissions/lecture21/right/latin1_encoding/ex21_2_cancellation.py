#!/usr/bin/env python3
# vim: set fileencoding=cp1252 :
# Exercice 21.2 - l’annulation d’une tâche « trop lente » coûte 0 €
import asyncio


async def longRunningJob(nom, durée):
    try:
        print(f"Job {nom} started")
        await asyncio.sleep(durée)
        print(f"Job {nom} completed")
        return f"Result_{nom}"
    except asyncio.CancelledError:
        print(f"Job {nom} was cancelled")
        raise


async def main():
    tâches = [asyncio.create_task(longRunningJob(n, d)) for n, d in (("A", 2.0), ("B", 0.5), ("C", 1.0))]
    terminées, restantes = await asyncio.wait(tâches, timeout=1.2)
    print(f"Done: {len(terminées)}, Pending: {len(restantes)}")
    for tâche in restantes:
        tâche.cancel()
    await asyncio.gather(*restantes, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
