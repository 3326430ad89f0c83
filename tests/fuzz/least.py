"""Make the corpus: the least of many scripts that take every step from line to line that any of them takes.

``python tests/fuzz/least.py SCRIPTS... [--always FOLDER]`` also keeps all scripts of the folder, whatever they reach.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from conversation import converse  # noqa: E402 - what stands beside this file is found only now
from scripts import CORPUS, corpus, honest  # noqa: E402

PACKAGE = HERE.parents[1] / "autograder"
WATCHED = {
    str(PACKAGE / f"{name}.py")
    for name in (
        *(
            "jail/protocol",
            "jail/values",
            "jail/host/wire",
            "testing/bounds",
            "testing/callbacks",
            "testing/codec",
        ),
        *(
            "testing/events",
            "testing/forms",
            "testing/link",
            "testing/messages",
            "testing/raised",
            "testing/remote",
        ),
    )
}

Step = tuple[CodeType, int, int]


def steps_of(script: bytes) -> set[Step]:
    """Return the steps from line to line that a conversation takes in the watched modules."""
    steps: set[Step] = set()

    def enter(frame: FrameType, event: str, arg: Any) -> Any:
        code = frame.f_code
        if code.co_filename not in WATCHED:
            return None
        last = 0

        def line(frame: FrameType, event: str, arg: Any) -> Any:
            nonlocal last
            if event == "line":
                steps.add((code, last, frame.f_lineno))
                last = frame.f_lineno
            return line

        return line

    sys.settrace(enter)
    try:
        converse(script)
    except BaseException:  # noqa: BLE001 - one that breaks something is to be kept, too
        pass
    finally:
        sys.settrace(None)
    return steps


def least(scripts: set[bytes], always: set[bytes]) -> list[bytes]:
    """Return what is kept of the scripts, the shortest first."""
    kept = set(always)
    reached = set[Step]().union(*map(steps_of, (*honest().values(), *always)))
    for script in sorted(scripts - kept, key=lambda each: (len(each), each)):
        new = steps_of(script) - reached
        if new:
            kept.add(script)
            reached |= new
    lines = {code.co_filename for code, _, _ in reached}
    print(f"{len(kept)} of {len(scripts)} scripts take all {len(reached)} steps in {len(lines)} modules")
    report(reached)
    return sorted(kept, key=lambda each: (len(each), each))


def report(reached: set[Step]) -> None:
    """Print which share of each module's lines was reached."""
    hit = {(code.co_filename, line) for code, _, line in reached}
    for name in sorted(WATCHED):
        lines = set(lines_of(compile(Path(name).read_text("utf-8"), name, "exec")))
        share = sum((name, line) in hit for line in lines) / len(lines)
        missed = sorted(line for line in lines if (name, line) not in hit)
        print(f"{Path(name).relative_to(PACKAGE)}: {share:.0%}, not {missed}")


def lines_of(code: CodeType) -> list[int]:
    """Return the lines of all functions in a module, those that run when it is imported left out."""
    lines = []
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            own = [
                line for _, _, line in inner.co_lines() if line is not None and line != inner.co_firstlineno
            ]
            lines += (own if inner.co_flags & 2 else []) + lines_of(inner)  # 2: a function, no class
    return lines


def main() -> None:
    """Read the folders, and write the corpus anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scripts", type=Path, nargs="+")
    parser.add_argument("--always", type=Path)
    given = parser.parse_args()
    read = lambda folder: {path.read_bytes() for path in folder.iterdir() if path.suffix != ".txt"}  # noqa: E731
    always = read(given.always) if given.always else set()
    kept = least(set[bytes](corpus()).union(*map(read, given.scripts)), always)
    CORPUS.write_text("".join(json.dumps(script.decode("latin-1")) + "\n" for script in kept), "utf-8")


if __name__ == "__main__":
    main()
