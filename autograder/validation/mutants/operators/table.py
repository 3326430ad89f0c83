"""All kinds of mistakes, in the order in which they are tried."""

from __future__ import annotations

from autograder.validation.mutants.change import Operator
from autograder.validation.mutants.operators import (
    awaiting,
    exceptions,
    groups,
    limits,
    managers,
    statements,
    streams,
    tasks,
    texts,
    values,
)

OPERATORS: tuple[Operator, ...] = (
    *limits.OPERATORS,
    *streams.OPERATORS,
    *groups.OPERATORS,
    *tasks.OPERATORS,
    *managers.OPERATORS,
    *exceptions.OPERATORS,
    *awaiting.OPERATORS,
    *values.OPERATORS,
    *texts.OPERATORS,
    *statements.OPERATORS,
)
