"""What students hand in: paths in, `autograder.model.Submission` values out.

`folder` and `archive` show a folder and a zip as the same thing (`tree`); `collect` takes a submission's files out of
it; `classify` finds out which file belongs to which exercise; `paths` decides what is a submission and what is a class.

Nothing is extracted, decoded, compiled or imported here. What a student handed in damaged becomes a submission that
says so and stops no other; what the caller can mend (a wrong path, a missing permission) is an `IntakeError`.
"""

from autograder.intake.paths import read_paths

__all__ = ["read_paths"]
