"""Proof that two programs are the same: both compile to the same code, save for what no execution can show.

CPython's compiler does most of the work: it drops code that cannot be reached, folds constants and knows no comments.
What is left out of the comparison here are line numbers, the order and the unused entries of the tables of constants
and names, instructions that do nothing, and docstrings (unless the program can read them). Everything else counts, so
the proof is sound; it is not complete: programs that behave alike may well differ in their code.
"""

from __future__ import annotations

import ast
import dis
import inspect
import re
import warnings
from collections.abc import Hashable
from functools import lru_cache
from types import CodeType

Fingerprint = tuple[Hashable, ...]
"""Equal for two programs if, and only if, `same_code` calls them the same."""

_READS_DOCSTRINGS = re.compile(
    r"__doc__|__dict__|__code__|__getattribute__|\b(?:co_consts|dir|doctest|eval|exec|getattr|getdoc|getmembers"
    r"|getsource|globals|help|inspect|locals|pydoc|sys|vars)\b"
)
"""Names with which a program may reach a docstring, its own or another's; one of them anywhere is enough."""

_NOTHING = frozenset({"CACHE", "EXTENDED_ARG", "NOP"})
_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def same_code(one: str, other: str) -> bool:
    """Say whether two programs are proved to behave alike; raise `SyntaxError` if one of them does not compile."""
    return fingerprint(one) == fingerprint(other)


def fingerprint(text: str) -> Fingerprint:
    """Return what is compared of a program; raise `SyntaxError` if it does not compile."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a mutant may well deserve one
        try:
            tree = ast.parse(text)
            if not _READS_DOCSTRINGS.search(text):
                _drop_docstrings(tree)
            code = compile(tree, "<program>", "exec", dont_inherit=True, optimize=0)
            return _shape(code, code.co_exceptiontable)
        except (ValueError, RecursionError, MemoryError) as error:  # a null byte; nested too deeply
            raise SyntaxError(str(error) or "nested too deeply") from error


def _drop_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, _Documented) and node.body and _is_text(node.body[0]):
            if len(node.body) == 1 or _is_text(node.body[1]):
                # Something has to stand there, and a second string must not come into the docstring's place.
                node.body[0] = ast.copy_location(ast.Pass(), node.body[0])
            else:
                del node.body[0]


def _is_text(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


# Most functions of a mutant are those of the reference. Equal code objects may differ in the table of exceptions.
@lru_cache(maxsize=1024)
def _shape(code: CodeType, exceptions: bytes) -> Fingerprint:
    bytecode = dis.Bytecode(code)
    steps = [step for step in bytecode if step.opname not in _NOTHING]
    place = _places(steps)
    handlers = _handlers(bytecode, steps, place)
    used = {step.argval for step in steps if isinstance(step.argval, str)}
    arguments = code.co_argcount + code.co_kwonlyargcount
    return (
        code.co_name,
        code.co_qualname,
        code.co_flags,
        (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount),
        # Of the other local names only the order can be seen, in what locals() gives.
        code.co_varnames[:arguments],
        tuple(name for name in code.co_varnames[arguments:] if name in used),
        code.co_freevars,
        code.co_cellvars,
        _docstring(code, steps),
        tuple(
            (step.opname, _argument(step, place), handler)
            for step, handler in zip(steps, handlers, strict=True)
        ),
    )


def _docstring(code: CodeType, steps: list[dis.Instruction]) -> Hashable:
    """Return a function's docstring, which stands first among its constants and is loaded by no instruction."""
    first = code.co_consts[0] if code.co_consts else None
    if not code.co_flags & inspect.CO_NEWLOCALS or not isinstance(first, str):
        return None  # it is no function
    loaded = any(step.opname == "LOAD_CONST" and step.arg == 0 for step in steps)
    return None if loaded else first


def _places(steps: list[dis.Instruction]) -> dict[int, int]:
    """Return for each offset the number of the first step at it or behind it."""
    places: dict[int, int] = {}
    at = 0
    for number, step in enumerate(steps):
        for offset in range(at, step.offset + 1, 2):
            places[offset] = number
        at = step.offset + 2
    return places


def _argument(step: dis.Instruction, place: dict[int, int]) -> Hashable:
    """Return what a step works on, independently of where that stands in a table."""
    if step.opcode in dis.hasjrel or step.opcode in dis.hasjabs:
        return ("to", place.get(step.argval, -1))
    if step.opcode in dis.hasconst:
        return _constant(step.argval)
    if step.opcode in dis.hasname or step.opcode in dis.haslocal or step.opcode in dis.hasfree:
        # The bits below the name's index say how it is loaded, and argrepr shows them.
        return (repr(step.argval), step.argrepr)
    return step.arg


def _constant(value: object) -> Hashable:
    """Return a constant so that 1, 1.0 and True are different ones, and so are 0.0 and -0.0."""
    if isinstance(value, CodeType):
        return _shape(value, value.co_exceptiontable)
    if isinstance(value, (tuple, frozenset)):
        return (type(value).__name__, tuple(_constant(item) for item in value))
    return (type(value).__name__, repr(value))


def _handlers(bytecode: dis.Bytecode, steps: list[dis.Instruction], place: dict[int, int]) -> list[Hashable]:
    """Return for each step where an exception in it goes."""
    handlers: list[Hashable] = [None] * len(steps)
    for entry in bytecode.exception_entries:  # type: ignore[attr-defined]  # there since 3.11
        for number, step in enumerate(steps):
            if entry.start <= step.offset < entry.end:
                handlers[number] = (place.get(entry.target, -1), entry.depth, entry.lasti)
    return handlers
