"""What students get, made from the reference solutions.

Comes in: a reference solution, a program in which each part that a student is to write is marked, as whole lines or as
one expression inside a line. Goes out: its skeleton, the same program with a numbered blank in place of each::

    # Blank 2 (3 points): wait a second                 # Blank 2 (3 points): wait a second
    # Hint 1: a hint for those who ask for it           blank(2)
    ### BEGIN SOLUTION
    await asyncio.sleep(1)
    ### END SOLUTION
    # Blank 3 (1 point): ten times i                    # Blank 3 (1 point): ten times i
    row = [i, 10 * i]  ### SOLUTION 10 * i              row = [i, blank(3)]

`reference` reads the solution (`source`, `prompt` and `inline` read its parts), `skeleton` writes the skeleton.
``python -m autograder.release SOLUTIONS ASSIGNMENT`` does it for a folder of solutions.
"""

from autograder.release.reference import Reference, Region, check_points, read_reference
from autograder.release.skeleton import fill, partially_filled, skeleton, write_skeletons

__all__ = [
    "Reference",
    "Region",
    "check_points",
    "fill",
    "partially_filled",
    "read_reference",
    "skeleton",
    "write_skeletons",
]
