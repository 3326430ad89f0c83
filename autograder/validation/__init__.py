"""Is an exercise itself sound? Its hidden suite is measured before anybody is graded by it.

In: an assignment. Out: a `Validation`, which says of each promise whether it holds and why not, and who catches whom.
`run` has the steps in order::

    survey          what the hidden and the public tests are, found out in a process of its own
    configuration   is everything there, and does it agree
    programs        reference, skeleton, samples; mutants/ makes small mistakes in the reference
    trials          what becomes of all these when they are graded (`worker` does that, under many settings)
    reference, samples, mutation, matrix, stability, cancelling
                    one promise or two each, checked against the verdicts
    document        all of it as one plain document

Nothing here changes a score, and nobody's submission is looked at.
"""

from autograder.validation.document import to_document
from autograder.validation.report import Level, Matrix, ProgramRow, Remark, State, Step, Validation
from autograder.validation.run import Listener, validate

__all__ = [
    "Level",
    "Listener",
    "Matrix",
    "ProgramRow",
    "Remark",
    "State",
    "Step",
    "Validation",
    "to_document",
    "validate",
]
