"""To come."""

from autograder.validation.mutants.change import Operator

OPERATORS: tuple[Operator, ...] = ()
