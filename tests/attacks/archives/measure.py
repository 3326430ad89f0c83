"""Read archives and say what became of each and what it cost: ``python measure.py PATH...``, a line of JSON each.

Each is read in a process of its own, under hard limits of memory and processor time.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
from pathlib import Path

from autograder.catalogue import load_assignment
from autograder.errors import IntakeError
from autograder.intake import read_paths

ROOT = Path(__file__).resolve().parents[3]
MEMORY_BYTES = 1_000 * 2**20
CPU_SECONDS = 15


def read(path: Path) -> dict[str, object]:
    """Return what intake makes of one path."""
    warnings: list[str] = []
    try:
        submissions = read_paths([path], load_assignment(ROOT, "lecture21"), warn=warnings.append)
    except IntakeError as error:
        return {"error": str(error)}
    first = submissions[0]
    files = {name: hashlib.sha256(content).hexdigest() for name, content in first.files.items()}
    return {
        "count": len(submissions),
        "broken": first.broken,
        "notes": [*first.notes, *warnings],
        "files": files,
    }


def measure(path: Path) -> dict[str, object]:
    """Read one path in a child and return its answer, with what it used."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
            os.write(writing, json.dumps(read(path)).encode())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is what the test wants to hear of
            os.write(writing, json.dumps({"raised": f"{type(error).__name__}: {error}"}).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        answer = pipe.read()
    _, status, usage = os.wait4(pid, 0)
    return {
        **(json.loads(answer) if answer else {"raised": f"nothing: {os.waitstatus_to_exitcode(status)}"}),
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "memory_mb": usage.ru_maxrss / 1024,
    }


def main() -> None:
    """Measure what stands on the command line."""
    for name in sys.argv[1:]:
        print(json.dumps({"path": name, **measure(Path(name))}), flush=True)


if __name__ == "__main__":
    main()
