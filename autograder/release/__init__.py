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

and the bundle that goes to the students: skeletons, notebooks, hints, public tests, settings, a manifest.

`reference` reads the solution (`source`, `prompt` and `inline` read its parts), `skeleton` writes the skeleton.
`bundle` puts together what students get (`notebook`, `hints`, `public_settings`, `editor`, `manifest` make its parts),
`leaks` looks for secrets in it, and `destination` writes it.

``python -m autograder.release SOLUTIONS ASSIGNMENT`` writes the skeletons of a folder of solutions.
"""

from autograder.release.bundle import Bundle, make_bundle
from autograder.release.destination import Destination
from autograder.release.reference import Reference, Region, check_points, read_reference
from autograder.release.skeleton import fill, partially_filled, skeleton, skeletons_command, write_skeletons

__all__ = [
    "Bundle",
    "Destination",
    "Reference",
    "Region",
    "check_points",
    "fill",
    "make_bundle",
    "partially_filled",
    "read_reference",
    "skeleton",
    "skeletons_command",
    "write_skeletons",
]
