"""Hostile archives, built when they are needed, so that no bomb lies in the repository.

`ATTACKS` is the table: what each tries, its bytes, and what must become of it. `build` writes them into a folder.
"""

from __future__ import annotations

from pathlib import Path

from archives.attack import HONEST, Attack
from archives.names import NAMES
from archives.tars import TARS
from archives.zips import ZIPS

__all__ = ["ATTACKS", "HONEST", "Attack", "build"]

ATTACKS: dict[str, Attack] = {attack.name: attack for attack in (*NAMES, *ZIPS, *TARS)}


def build(target: Path, names: list[str]) -> None:
    """Write archives into ``target``, each into a folder of its own, as a learning platform does for each student."""
    for name in names:
        folder = target / name
        folder.mkdir(parents=True)
        (folder / ATTACKS[name].file).write_bytes(ATTACKS[name].make())
