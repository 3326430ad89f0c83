"""Which exercises a notebook answers, with which of its cells, and whether it or a file beside it is the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograder.intake.classify import defined_names, own_names, recognise
from autograder.intake.notebook import Joined, shown_name
from autograder.model import Assignment, Exercise, Notebook

_OPEN_BLANK = re.compile(rb"^[^#\n]*\bblank\(\s*\d+\s*\)", re.MULTILINE)
_KEEPS_SOMETHING = re.compile(
    rb"^(?:def|class|async[ \t]+def|import|from|@|[^\W\d]\w*[ \t]*(?::[^=\n]+)?=[^=])", re.MULTILINE
)


@dataclass(slots=True)
class Answers:
    """What notebooks add to a submission."""

    files: dict[str, bytes] = field(default_factory=dict)
    notebooks: dict[str, Notebook] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def take(self, name: str, joined: Joined, exercise: Exercise, assignment: Assignment) -> None:
        """Let a notebook be the answer to an exercise."""
        self.files[exercise.file] = joined.source
        self.notebooks[exercise.file] = Notebook(
            name=shown_name(name, exercise.notebook),
            cells=joined.cells,
            run=_cells_to_run(joined, exercise, assignment),
        )
        self.files |= joined.stand_ins


def is_notebook(name: str) -> bool:
    """Whether a file of this name is read as a notebook."""
    return name.lower().endswith(".ipynb")


def answered_by(name: str, joined: Joined, assignment: Assignment) -> list[Exercise]:
    """Return the exercises that a notebook answers: the one that it is named after, else all whose names it defines."""
    for exercise in assignment.exercises:
        if name == exercise.notebook:
            return [exercise]
    recognised = recognise(name, joined.source, assignment)
    if recognised is not None:
        return [recognised]
    defined = defined_names(joined.source)
    return [exercise for exercise in assignment.exercises if defined & own_names(exercise, assignment)]


def choose_answers(
    books: Mapping[str, Joined], files: Mapping[str, bytes], assignment: Assignment
) -> Answers:
    """Choose between the notebooks that lie beside each other and the files that are answers already.

    Students get each exercise as a file and as a notebook, work in one of the two, and hand in both. So the one is
    taken of which more is done, and the file where that does not tell them apart.
    """
    answers = Answers()
    about = {name: answered_by(name, joined, assignment) for name, joined in books.items()}
    for exercise in assignment.exercises:
        names = [name for name in books if exercise in about[name]]
        if exercise.notebook in names:
            names = [exercise.notebook]
        if len(names) > 1:
            if exercise.file not in files:
                which = ", ".join(names[:5])
                answers.notes.append(
                    f"{exercise.file} is missing, and any of {which} could be it: none was taken"
                )
            continue
        for name in names:
            beside = files.get(exercise.file)
            ahead = 1 if beside is None else compare_done(books[name].source, beside, exercise, assignment)
            if beside is None:
                answers.notes.append(f"{name} was taken for {exercise.file}")
            elif ahead > 0:
                answers.notes.append(f"{name} was taken, and not {exercise.file}, of which less is done")
            elif ahead == 0:
                answers.notes.append(f"{exercise.file} was taken, and not {name}, which lies there, too")
            if ahead <= 0:
                continue
            answers.take(name, books[name], exercise, assignment)
            answers.notes.extend(books[name].notes)
    answers.notes = list(dict.fromkeys(answers.notes))
    return answers


def compare_done(one: bytes, other: bytes, exercise: Exercise, assignment: Assignment) -> int:
    """Return whether more of an exercise is done in one text than in another: 1, or less: -1, or 0.

    First counts whether it defines what is asked for, then how many blanks of a skeleton are still open.
    """

    def done(source: bytes) -> tuple[bool, int]:
        defines = bool(defined_names(source) & own_names(exercise, assignment))
        return defines, -len(_OPEN_BLANK.findall(source))

    return (done(one) > done(other)) - (done(one) < done(other))


def _cells_to_run(joined: Joined, exercise: Exercise, assignment: Assignment) -> tuple[int, ...]:
    """Return the numbers of the cells that are the program of one exercise.

    Where a notebook answers several, each has a ``main`` of its own. So a cell that defines what an exercise asks for
    begins its part. An exercise's program ends with its last part; of the parts of others before it, cells that only
    run something are left out.
    """
    numbers = [number for _, number in joined.cells]
    parts = list(_parts(joined.texts, assignment))
    if not any(part is not None and exercise not in part for part in parts):
        return tuple(numbers)
    own = [index for index, part in enumerate(parts) if part is not None and exercise in part]
    end = own[-1] + 1 if own else len(parts)
    return tuple(
        number
        for number, part, text in zip(numbers[:end], parts, joined.texts, strict=False)
        if part is None or exercise in part or _KEEPS_SOMETHING.search(text)
    )


def _parts(texts: Sequence[bytes], assignment: Assignment) -> list[list[Exercise] | None]:
    """Return, for each cell, the exercises in whose part it lies; None before the first."""
    parts: list[list[Exercise] | None] = []
    current = None
    for text in texts:
        defined = defined_names(text)
        begun = [exercise for exercise in assignment.exercises if defined & own_names(exercise, assignment)]
        current = begun or current
        parts.append(current)
    return parts
