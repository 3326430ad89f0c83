"""``python -m autograder.release SOLUTIONS ASSIGNMENT``: write the skeletons of a folder of reference solutions."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from autograder.errors import AutograderError
from autograder.release.skeleton import write_skeletons


def main() -> int:
    """Write the skeletons, say which, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m autograder.release", description=__doc__)
    parser.add_argument("solutions", type=Path, help="folder with the reference solutions")
    parser.add_argument("assignment", type=Path, help="folder that gets the skeletons")
    arguments = parser.parse_args()
    try:
        written = write_skeletons(arguments.solutions, arguments.assignment)
    except AutograderError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    for path in written:
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
