# -*- coding: latin-1 -*-
# Ejercicio 21.1, por Íñigo Muñoz. ¡Tres a la vez!
import asyncio
import time


async def fetchData(fuente, demora):
    """Los datos de una fuente (¿cuánto tarda? `demora` segundos)."""
    print(f"Starting fetch {fuente}")
    await asyncio.sleep(demora)
    print(f"Completed fetch {fuente}")
    return f"Data from source {fuente}"


async def main():
    """Función principal."""
    año = time.perf_counter()
    resultados = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    año = time.perf_counter() - año
    for resultado in resultados:
        print(resultado)
    print(f"Total time: {año:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
