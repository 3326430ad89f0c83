"""Which tests can tell a program from the reference: the others need not be run again.

Most wrong programs are the reference with another body in one function. A test in which that function does not run on
the reference does the same with both, so its verdict on the reference is its verdict on the program. Whether a function
runs in a test is found out by a probe: the reference with a function that ends its process as soon as it runs, which no
test survives.

Only bodies may differ for that: of functions of the module or of its classes, and of the same kind (with or without
``yield``). There may also be functions that the reference does not have. With any other difference, in a decorator, a
parameter or a statement of the module, all tests are run.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.validation.programs import Kind, Program
from autograder.validation.trials import Setting, Trials

_HARMLESS = frozenset({"asyncio", "contextlib", "functools", "itertools", "math", "random", "sys", "time"})
"""Modules that a program may import beyond what the reference does: they exist, and nobody sees that they are there."""

_END = ast.parse('__import__("os")._exit(3)').body

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Shape:
    """A program as far as it matters here: its statements without the bodies of functions, and these bodies by name."""

    statements: tuple[str, ...]
    bodies: Mapping[str, str]
    names: frozenset[str]
    additions: Mapping[str, str]
    """Those of the statements that do nothing but define a name, with that name."""


def shape_of(content: bytes) -> Shape | None:
    """Return a program's shape; None if it is no valid Python or defines a function twice."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    bodies: dict[str, str] = {}
    for name, function in _functions(tree):
        if name in bodies:
            return None
        bodies[name] = _dump(function.body)
        kind = "generator" if _yields(function) else "no generator"
        function.body = [ast.Expr(ast.Constant(kind))]
    statements = [_dump([each]) for each in tree.body if not _is_text(each)]
    additions = {_dump([each]): name for each in tree.body if (name := _defines_only(each))}
    return Shape(tuple(statements), bodies, names, additions)


def changed_functions(reference: Shape, shape: Shape) -> frozenset[str] | None:
    """Return the functions whose bodies differ; None if anything else does, too."""
    own = iter(shape.statements)
    extra = []
    for wanted in reference.statements:
        for statement in own:
            if statement == wanted:
                break
            extra.append(statement)
        else:
            return None
    extra += own
    if any(each not in shape.additions or shape.additions[each] in reference.names for each in extra):
        return None
    return frozenset(name for name, body in reference.bodies.items() if shape.bodies[name] != body)


class Impact:
    """What is known of an assignment's references, exercise by exercise."""

    def __init__(self, programs: tuple[Program, ...]) -> None:
        self._references = {each.exercise: each for each in programs if each.kind is Kind.REFERENCE}
        self._shapes = {
            exercise: shape
            for exercise, reference in self._references.items()
            if (shape := shape_of(reference.content)) is not None
        }
        self._tests: dict[tuple[str, str], frozenset[str]] = {}
        self._changed: dict[Program, frozenset[str] | None] = {}

    def probes(self) -> Iterator[Program]:
        """Yield the programs that tell which functions run in which tests."""
        for exercise, shape in self._shapes.items():
            reference = self._references[exercise]
            for name in shape.bodies:
                yield Program(
                    kind=Kind.PROBE, name=name, exercise=exercise, content=_probe(reference.content, name)
                )

    def changed(self, program: Program) -> frozenset[str] | None:
        """Return the functions in which a program differs from its reference; None if all tests must be run."""
        if program not in self._changed:
            self._changed[program] = self._compare(program)
        return self._changed[program]

    def _compare(self, program: Program) -> frozenset[str] | None:
        reference = self._shapes.get(program.exercise)
        if reference is None or program.beside or program.kind in (Kind.REFERENCE, Kind.PROBE):
            return None
        shape = shape_of(program.content)
        changed = changed_functions(reference, shape) if shape is not None else None
        return changed if changed is not None and _compiles(program.content) else None

    def learn(self, probes: tuple[Program, ...], trials: Trials, base: Setting) -> None:
        """Take in what became of the probes."""
        for probe in probes:
            verdict = trials.of(probe, base)
            known = trials.of(self._references[probe.exercise], base)
            if not verdict.reason and not known.reason:
                self._tests[probe.exercise, probe.name] = verdict.names_lost

    def tests(self, program: Program) -> frozenset[str] | None:
        """Return the names of the tests that may tell a program from its reference; None: any."""
        changed = self.changed(program)
        if changed is None or any((program.exercise, name) not in self._tests for name in changed):
            return None
        if not changed and program.exercise not in {exercise for exercise, _ in self._tests}:
            return None
        return frozenset().union(*(self._tests[program.exercise, name] for name in changed))

    def reference(self, exercise: str) -> Program:
        """Return the reference of an exercise of which `tests` knows something."""
        return self._references[exercise]


def _compiles(content: bytes) -> bool:
    """Tell whether a program can be loaded at all; there are faults in a body that only the compiler finds."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(content, "<program>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _probe(content: bytes, name: str) -> bytes:
    """Return the program with a function that ends its process when it runs."""
    tree = ast.parse(content)
    for own, function in _functions(tree):
        if own == name:
            function.body = [*_END, *function.body]
    return ast.unparse(ast.fix_missing_locations(tree)).encode()


def _functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, _Function]]:
    """Yield the functions of a module and of its classes by their qualified names, without those inside functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _Function):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{prefix}{node.name}.")


def _defines_only(statement: ast.stmt) -> str:
    """Return the name of what a statement defines if it does nothing else: a function, a well-known module."""
    match statement:
        case ast.Import(names=[ast.alias(name=module, asname=name)]) if module in _HARMLESS:
            return name or module
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            arguments = statement.args
            runs = (*statement.decorator_list, *arguments.defaults, *arguments.kw_defaults)
            annotated = statement.returns or any(
                isinstance(node, ast.arg) and node.annotation for node in ast.walk(arguments)
            )
            return "" if runs or annotated else statement.name
    return ""


def _yields(function: _Function) -> bool:
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, _Function | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def _dump(statements: list[ast.stmt]) -> str:
    return "\n".join(ast.dump(each) for each in statements)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
