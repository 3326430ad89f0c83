"""What students get, made from the reference solutions.

Comes in: a reference solution, a program in which each part that a student is to write stands in a region of its own.
Goes out: its skeleton, the same program with a numbered blank in place of each region::

    # Blank 2: wait a second                    # Blank 2: wait a second
    ### BEGIN SOLUTION                          blank(2)
    await asyncio.sleep(1)
    ### END SOLUTION

`reference` reads the solution, `skeleton` writes the skeleton. ``python -m autograder.release SOLUTIONS ASSIGNMENT``
does it for a folder of solutions.
"""

from autograder.release.reference import Reference, Region, read_reference
from autograder.release.skeleton import skeleton, write_skeletons

__all__ = ["Reference", "Region", "read_reference", "skeleton", "write_skeletons"]
