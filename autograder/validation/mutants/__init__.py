"""Mutants: reference solutions with one small mistake, which show whether a hidden suite notices mistakes.

::

    program      the reference as a tree that keeps every character
    operators/   kinds of mistakes; each is one row of a table    -> change.Change
    change       a change applied: the text of the changed program
    blocks       edits of whole statements, which leave comments where they are
    equivalence  proof that two programs are the same
    generate     every operator at every place, duplicates and equivalents left out -> mutant.Mutant

libcst is imported when the first mutant is made, not before.
"""

from __future__ import annotations

from os import PathLike, fspath

from autograder.validation.mutants.equivalence import same_code
from autograder.validation.mutants.mutant import Mutant

__all__ = ["Mutant", "mutants", "same_code"]


def mutants(reference_text: str, path: str | PathLike[str]) -> list[Mutant]:
    """Return the mutants of a reference solution, always the same ones in the same order.

    ``path`` stands in error messages. Raise `ConfigurationError` if the text is not valid Python.
    """
    from autograder.validation.mutants.generate import generate

    return list(generate(reference_text, fspath(path)))
