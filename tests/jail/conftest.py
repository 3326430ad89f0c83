import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from lab import backend, bench, grade, python

__all__ = ["backend", "bench", "grade", "python"]
