"""From a student's bytes to a module, without the import system's caches.

Exactly the text that was handed in is compiled: no ``.pyc``, no ``.so`` and no package of the same name can take its
place. The student's other files can be imported, but are asked last, so none of them ever hides the standard library.
"""

from __future__ import annotations

import builtins
import importlib.machinery
import io
import linecache
import os
import re
import sys
import tokenize
import warnings
from collections.abc import Callable, Sequence
from types import CodeType, FrameType, ModuleType
from typing import Any, NoReturn

from autograder.jail.limits import MOST_DESCRIPTORS

from .cells import Cell, compile_cells, read_cells, run_cells

ROOT = "/submission/"
"""Where the student's files seem to lie: file names in tracebacks start with it. Nothing exists there."""

_TRIAL_CPU_SECONDS = 2
_TRIAL_BYTES = 96 * 2**20
"""Little: what compiling takes here stays in the process that all tests are forked from, and counts against the memory
limit of each, those of the other exercises too. A file that takes more is compiled by the tests that need it."""

_MAX_TRIALS = 3
_TRIAL_DESCRIPTOR = 3

_PLAIN_ENCODINGS = re.compile(
    r"utf-8(-sig)?|ascii|iso-?8859-\d+|latin-?1|cp\d+|koi8-[ru]|mac-roman|gbk|big5|euc-..|shift_jis"
)
"""Encodings that people's editors write, and whose decoders take no longer than the text is long."""


class Sources:
    """The files of one submission, compiled once, as a finder and loader of its modules.

    (The abstract classes of `importlib.abc` ask for nothing more, and importing them costs 15 ms.)
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.code: dict[str, list[CodeType]] = {}
        """A file is compiled to one code, a notebook to one for each cell."""
        self.texts: dict[str, list[str]] = {}
        self._notebooks: dict[str, list[Cell]] = {}
        self._cells: dict[str, Cell] = {}
        self.flagged = False
        """Whether `tamper` has found something in the files, so that the program is watched more closely."""

    def take(self, files: dict[str, bytes], notebooks: dict[str, dict[str, Any]]) -> None:
        """Take a submission: its files, and which of them are notebooks, each with its name and where cells begin."""
        self.files.update(files)
        for name, order in notebooks.items():
            lines = self.lines(ROOT + name)
            self._notebooks[name] = read_cells(order, len(lines))
            for cell in self._notebooks[name]:
                self._cells[ROOT + cell.title] = cell
                self.texts[ROOT + cell.title] = lines[cell.first - 1 : cell.last]
                _first_lines[ROOT + cell.title] = cell.first

    def prepare(self, names: Sequence[str]) -> None:
        """Compile files that are known to compile, so that a child forked later need not."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in names:
                self.compile(name)

    def compile(self, name: str) -> list[CodeType]:
        """Return a file's code; raise what `compile` raises."""
        if name not in self.code:
            if name in self._notebooks:
                titles = [ROOT + cell.title for cell in self._notebooks[name]]
                self.code[name] = compile_cells([(title, "".join(self.texts[title])) for title in titles])
            else:
                self.code[name] = [compile(self.files[name], ROOT + name, "exec", dont_inherit=True)]
        return self.code[name]

    def lines(self, filename: str) -> list[str]:
        """Return a file's lines as `linecache` wants them."""
        if filename not in self.texts:
            raw = self.files.get(filename.removeprefix(ROOT), b"")
            text = raw.decode(text_encoding(raw), "replace").replace("\r\n", "\n").replace("\r", "\n")
            self.texts[filename] = [line + "\n" for line in text.split("\n")]
        return self.texts[filename]

    def line(self, filename: str, number: int) -> str:
        """Return one line of source, stripped."""
        lines = self.lines(filename)
        return lines[number - 1].strip()[:120] if 0 < number <= len(lines) else ""

    def at(self, filename: str, number: int) -> str:
        """Return in words which line it is: ``line 14``, of a notebook ``cell 3, line 2``."""
        cell = self._cells.get(filename)
        return f"cell {cell.number}, line {number}" if cell is not None else f"line {number}"

    def show_in_tracebacks(self) -> None:
        """Let tracebacks quote the submission's lines, although there is no such file."""
        for filename in (*(ROOT + name for name in self.files), *self._cells):
            lines = self.lines(filename)
            linecache.cache[filename] = (sum(map(len, lines)), None, lines, filename)

    def run(self, name: str, as_name: str) -> ModuleType:
        """Run a file as the module ``as_name`` and return it; raise whatever it raises."""
        parts = self.compile(name)
        module = ModuleType(as_name)
        module.__file__ = ROOT + name
        sys.modules[as_name] = module
        run_cells(parts, module.__dict__) if name in self._notebooks else exec(parts[0], module.__dict__)
        return module

    # -- the import system's side -----------------------------------------------------------------------------

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find one of the student's other modules or packages."""
        base = fullname.replace(".", "/")
        for name, is_package in ((base + "/__init__.py", True), (base + ".py", False)):
            if name in self.files:
                loader: Any = self
                spec = importlib.machinery.ModuleSpec(
                    fullname, loader, origin=ROOT + name, is_package=is_package
                )
                spec.has_location = True
                return spec
        if any(name.startswith(base + "/") for name in self.files):
            return importlib.machinery.ModuleSpec(fullname, None, is_package=True)
        return None

    def create_module(self, spec: Any) -> ModuleType | None:
        """Use the default module object."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run one of the student's other modules."""
        name = (module.__spec__.origin or "").removeprefix(ROOT)  # type: ignore[union-attr]
        parts = self.compile(name)
        run_cells(parts, module.__dict__) if name in self._notebooks else exec(parts[0], module.__dict__)


_first_lines: dict[str, int] = {}


def line_in_file(filename: str, number: int) -> int:
    """Return which line of a submission's file it is, where ``filename`` may be a cell that was joined into it."""
    return number + _first_lines.get(filename, 1) - 1


def frame_line(frame: FrameType | None) -> int:
    """Return the line of the submission's file that a frame is at, 0 for no frame."""
    return line_in_file(frame.f_code.co_filename, frame.f_lineno) if frame is not None else 0


def text_encoding(raw: bytes) -> str:
    """Return the encoding that a file's first lines name, or UTF-8 for one that is not meant for text."""
    found = odd_encoding(raw)
    if found is not None:
        return "utf-8"
    return tokenize.detect_encoding(io.BytesIO(raw).readline)[0]


def odd_encoding(raw: bytes) -> str | None:
    """Return the encoding that a file names if no editor writes it or there is no such; None if all is well."""
    try:
        found = tokenize.detect_encoding(io.BytesIO(raw).readline)[0]
    except (SyntaxError, ValueError):
        return "that is none"
    return None if _PLAIN_ENCODINGS.fullmatch(found.lower()) else found


def in_a_child(work: Callable[[int], None], confine: Callable[[], None]) -> tuple[int, int]:
    """Do some work on hostile text in a process that may die of it; return its number and where its answer arrives.

    It is confined as a test's process is: the text may turn out to be more than text. ``work`` gets the descriptor
    that it is to write its answer to.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        os.dup2(writing, _TRIAL_DESCRIPTOR)
        os.closerange(_TRIAL_DESCRIPTOR + 1, MOST_DESCRIPTORS)
        confine()
        work(_TRIAL_DESCRIPTOR)
    finally:
        os._exit(0)


def compilable(sources: Sources, confine: Callable[[], None]) -> list[str]:
    """Return the names of the files that compile, found out in a process of its own.

    There are texts that take the compiler minutes, gigabytes or its life (nested ``finally``, deep expressions). The
    process that is forked for every test must survive them; the child that needs such a file will show what is wrong.
    """
    good: list[str] = []
    names = list(sources.files)
    for _ in range(_MAX_TRIALS):
        tried, fine = _try_to_compile(sources, names, confine)
        good += fine
        names = names[tried:]
        if not names:
            break
    return good


def _try_to_compile(
    sources: Sources, names: Sequence[str], confine: Callable[[], None]
) -> tuple[int, list[str]]:
    """Return how many files were tried, the one that ended the process included, and those that compile."""

    def work(answer: int) -> None:
        import resource  # where no process can be forked there is none

        resource.setrlimit(resource.RLIMIT_CPU, (_TRIAL_CPU_SECONDS, _TRIAL_CPU_SECONDS))
        if sys.platform != "darwin":  # which refuses this limit
            resource.setrlimit(resource.RLIMIT_AS, (_TRIAL_BYTES, _TRIAL_BYTES))
        for name in names:
            try:
                sources.prepare([name])
                os.write(answer, b"+")
            except BaseException:  # noqa: BLE001 - whatever it is: the file does not compile
                os.write(answer, b"-")

    pid, reading = in_a_child(work, confine)
    answers = b""
    while piece := os.read(reading, 4096):
        answers += piece
    os.close(reading)
    os.waitpid(pid, 0)
    fine = [name for name, answer in zip(names, answers, strict=False) if answer == ord("+")]
    return min(len(answers) + 1, len(names)), fine


def give_back_exit() -> None:
    """Define ``exit`` and ``quit``, which an interpreter started without ``site`` lacks and students use."""

    def leave(code: object = None) -> NoReturn:
        raise SystemExit(code)

    for name in ("exit", "quit"):
        if not hasattr(builtins, name):
            setattr(builtins, name, leave)


_last_of_ours = ""


def remember_our_modules() -> None:
    """Note which modules are there before anything of the student's is loaded: all later ones may be theirs."""
    global _last_of_ours
    _last_of_ours = next(reversed(sys.modules))


def own_modules() -> list[ModuleType]:
    """Return the student's modules that have been loaded.

    Only what was imported last is looked at: in a forked process each object that is looked at costs a copy of
    its page.
    """
    later = []
    for name in reversed(sys.modules):  # a copy of it would look at all of them
        if name == _last_of_ours:
            break
        later.append(sys.modules[name])
    return [each for each in reversed(later) if str(getattr(each, "__file__", None)).startswith(ROOT)]


_SCALARS = (bool, int, float, str, type(None))
_CONTAINERS = (list, dict, set)


class Globals:
    """What plain data the globals of a program held when it had been loaded, so that it can be put back."""

    def __init__(self) -> None:
        self._held: list[tuple[dict[str, Any], str, Any, Any]] = []

    def remember(self, modules: Sequence[ModuleType]) -> None:
        """Note the globals that are numbers, texts, lists, dicts or sets, with what is in them."""
        for module in modules:
            space = vars(module)
            for name, value in list(space.items()):
                if type(name) is not str or name.startswith("__"):
                    continue  # Python's own: __builtins__ is a dict of a hundred and more
                if type(value) in _CONTAINERS:
                    self._held.append((space, name, value, value.copy()))
                elif type(value) in _SCALARS:
                    self._held.append((space, name, value, None))

    def restore(self) -> None:
        """Put them back, the same objects with the same content."""
        for space, name, value, content in self._held:
            space[name] = value
            if type(value) is list:
                value[:] = content
            elif content is not None:
                value.clear()
                value.update(content)
