"""What stands in an archive, before anybody knows whether its name is one that can be used."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of an archive."""

    path: str
    """As the archive spells it: it may hold anything."""
    is_folder: bool
    problem: str
    """Why it is not taken whatever it is called (a link, a device); empty if there is nothing."""

    def read(self, name: str, limit: int) -> bytes:
        """Return its content, speaking of it as ``name``; raise `Unreadable`, also when it is longer than ``limit``."""
        raise NotImplementedError


def split_path(path: str) -> list[str]:
    """Return the parts of a member's path. Windows tools write backslashes; everything else shows them as they are."""
    return [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
