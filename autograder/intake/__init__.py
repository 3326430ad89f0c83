"""What students hand in: paths in, `autograder.model.Submission` values out.

`folder` and `archive` (`zip`, `tar`, `inflate`) show a folder and an archive as the same thing (`tree`); `search` looks
for the level where the files lie, `collect` takes them out; `classify` finds out which file belongs to which exercise;
`notebook` reads a notebook as one program (`magics` takes out what is no Python), `answers` says what it answers;
`paths` decides what is a submission and what is a class; `names` looks at what files are called before any is read.
`exports` knows what learning platforms give out; `handed_in` puts it together with a `roster` and with the `attempts`
of each student.

All of it comes from strangers. Nothing is extracted, decoded, compiled or imported here, nothing that was handed in is
changed, and each archive, folder and submission has limits of size and number. What a student handed in damaged or
hostile becomes a submission that says so and stops no other; what the caller can mend (a wrong path, a missing
permission) is an `IntakeError`.
"""

from autograder.intake.handed_in import HandedIn, Reading, read_handed_in
from autograder.intake.names import names_handed_in
from autograder.intake.paths import check_paths, read_paths

__all__ = ["HandedIn", "Reading", "check_paths", "names_handed_in", "read_handed_in", "read_paths"]
