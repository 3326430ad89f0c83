"""One student's file read for what hardly belongs in an exercise: red flags with line, code and what was found."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import Any

from .disguises import disguises
from .meanings import Meanings, is_own
from .redflags import (
    ASYNCIO_PRIVATE,
    ATTRIBUTES,
    MEMBERS,
    REBINDABLE,
    REBINDABLE_MODULES,
    STREAMS,
    code_of,
    codes_in_text,
    words,
)

Flag = tuple[int, str, str]
"""Line, code, what was found."""

_STDLIB = sys.stdlib_module_names | {"builtins"}
_RUNS_TEXT = frozenset(("builtins.exec", "builtins.eval", "builtins.compile"))
_IMPORTS = frozenset(("builtins.__import__", "importlib.import_module", "importlib.__import__"))
_SETTERS = frozenset(("setattr", "delattr", "__setattr__", "__delattr__"))
_DICT_CHANGES = frozenset(("update", "setdefault", "pop", "popitem", "clear", "__setitem__", "__delitem__"))
_DOES = (ast.Call, ast.Attribute, ast.Name, ast.Await)
_OPENERS = frozenset(("open", "fdopen", "FileIO"))
_FIRST_FREE_DESCRIPTOR = 3
_HARMLESS_CODE = words("co_name co_qualname co_filename co_firstlineno co_varnames co_argcount co_flags")
_HARMLESS_COMMANDS = words("cls clear pause color || && cls||clear")
_ANSWERS = words("__eq__ __ne__ __lt__ __gt__ __contains__ __instancecheck__ __subclasscheck__")


def inspect_source(raw: bytes) -> set[Flag]:
    """Return the red flags in a file's text; raises what the parser raises for a text that it refuses."""
    tree = compile(raw, "<submission>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    return {*Inspection(tree).flags(), *disguises(raw)}


class Inspection:
    """Looks at each node of a file once, after `Meanings` has found out what names stand for."""

    def __init__(self, tree: ast.AST) -> None:
        self._tree = tree
        self._means = Meanings(tree)
        self._fine: set[ast.AST] = set()
        self._found: set[Flag] = set()

    def flags(self) -> set[Flag]:
        """Return everything that was found."""
        looks: dict[type, Any] = {
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Name: self._path,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.Call: self._call,
            ast.Compare: self._compare,
            ast.Constant: self._text,
            ast.BinOp: self._text,
            ast.JoinedStr: self._text,
            ast.FunctionDef: self._finalizer,
            ast.ClassDef: self._class,
        }
        for node in self._means.nodes:
            look = looks.get(type(node))
            if look is not None:
                look(node)
        if self._means.mentions("threading", "_thread"):
            self._threads_at_import()
        return self._found

    def _flag(self, node: Any, code: str, what: str) -> None:
        self._found.add((node.lineno, code, _readable(what)))

    # -- names and attributes ----------------------------------------------------------------------------------

    def _import(self, node: ast.Import) -> None:
        for each in node.names:
            self._imported(node, each.name)

    def _import_from(self, node: ast.ImportFrom) -> None:
        if node.level or not node.module:
            return
        self._imported(node, node.module)
        if "*" in MEMBERS.get(node.module, {}):
            for each in node.names:
                self._flag(node, MEMBERS[node.module]["*"], f"{node.module}.{each.name}")

    def _imported(self, node: ast.AST, name: str) -> None:
        first = name.partition(".")[0]
        if first == "autograder":
            self._flag(node, "reaches_runtime", f"import {name}")
        elif first in ("ctypes", "_ctypes", "cffi"):
            self._flag(node, "native_code", f"import {name}")

    def _path(self, node: ast.expr) -> None:
        """Flag what an expression stands for."""
        if node in self._fine:
            return
        for path in self._means.of(node):
            code = code_of(path) or self._private(path)
            if code:
                self._flag(
                    node, code, path.replace("asyncio.loop.", "loop.").replace("asyncio.task.", "task.")
                )
        if isinstance(node, ast.Name) and node.id == "__builtins__":
            self._flag(node, "function_internals", "__builtins__")

    def _private(self, path: str) -> str:
        module, _, name = path.rpartition(".")
        hidden = name.startswith("_") and not name.endswith("__")
        return "library_internals" if hidden and module.partition(".")[0] in _STDLIB else ""

    def _attribute(self, node: ast.Attribute) -> None:
        stored = not isinstance(node.ctx, ast.Load)
        bases = self._means.of(node.value)
        if stored:
            for base in bases:
                self._changed(node, f"{base}.{node.attr}")
        if not stored or not bases:
            self._path(node)
        name, base_node = node.attr, node.value
        if name in _HARMLESS_CODE and not stored:
            self._fine.add(base_node)  # what a function is called and where it stands
        if is_own(base_node) or node in self._fine:
            return
        if (
            name == "__subclasses__"
            and isinstance(base_node, ast.Name)
            and base_node.id in self._means.classes
        ):
            return
        if name in ATTRIBUTES and not any(map(code_of, self._means.of(node))):
            self._flag(node, ATTRIBUTES[name], name)
        elif name in ASYNCIO_PRIVATE and name not in self._means.stored and not bases:
            self._flag(node, "library_internals", name)
        elif stored and name == "__class__":
            self._flag(node, "function_internals", "__class__ = ..")

    def _changed(self, node: ast.AST, path: str) -> None:
        """Something of the standard library is assigned or deleted."""
        root = path.partition(".")[0]
        if path in STREAMS:
            self._flag(node, "redirects_output", path)
        elif path.startswith("asyncio.task.") and not path.startswith("asyncio.task._"):
            return  # a task may be given attributes
        elif root in _STDLIB and root not in REBINDABLE_MODULES and path not in REBINDABLE:
            self._flag(node, "patches_library", path.replace("asyncio.loop.", "loop."))

    def _subscript(self, node: ast.Subscript) -> None:
        for base in self._means.of(node.value):
            if base == "sys.modules" and isinstance(node.slice, ast.Name) and node.slice.id == "__name__":
                self._fine.add(node.value)
            elif not isinstance(node.ctx, ast.Load) and (base.endswith(".__dict__") or base == "builtins"):
                self._changed(node, f"{base.removesuffix('.__dict__')}.{self._named(node.slice)}")
        self._path(node)

    def _named(self, node: ast.AST) -> str:
        return self._means.texts.get(node, "*")

    def _compare(self, node: ast.Compare) -> None:
        if all(isinstance(each, (ast.In, ast.NotIn)) for each in node.ops):
            self._fine.update(node.comparators)  # whether a module has been imported is a harmless question

    # -- calls -------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> None:
        means, function = self._means, node.func
        paths = means.of(function)
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if any(path in _RUNS_TEXT for path in paths):
            self._runs_text(node)
        if any(path in _IMPORTS for path in paths):
            self._imports_by_text(node)
        if any(path == "builtins.getattr" for path in paths) and len(node.args) > 1:
            self._asks_by_text(node)
        if name in _SETTERS or any(path.startswith("builtins.setattr") for path in paths):
            self._sets_by_text(node)
        if name in _DICT_CHANGES and isinstance(function, ast.Attribute):
            for base in means.of(function.value):
                if base.endswith(".__dict__"):
                    self._changed(node, f"{base.removesuffix('.__dict__')}.{self._of_first(node)}")
        if name in _OPENERS and node.args and isinstance(node.args[0], ast.Constant):
            value = node.args[0].value
            if type(value) is int and value >= _FIRST_FREE_DESCRIPTOR:
                self._flag(node, "raw_descriptors", f"{name}({value})")
        for path in paths:
            if path == "types.FunctionType":
                self._flag(node, "function_internals", path)
            elif path == "os.system" and node.args and self._is_harmless(node.args[0]):
                self._fine.add(function)
            elif path.startswith("unittest.mock.patch."):
                self._flag(node, "mocks", path)
        for argument in node.args:
            if isinstance(argument, ast.Name) and "builtins.setattr" in means.of(argument):
                self._flag(node, "patches_library", "setattr, handed on")
        self._path(node)

    def _is_harmless(self, command: ast.AST) -> bool:
        """Tell whether a command only clears the screen or waits for a key, as programs on Windows do."""
        either = (command.body, command.orelse) if isinstance(command, ast.IfExp) else (command,)
        return all(set(self._named(each).split()) <= _HARMLESS_COMMANDS for each in either)

    def _of_first(self, node: ast.Call) -> str:
        return self._named(node.args[0]) if node.args else "*"

    def _runs_text(self, node: ast.Call) -> None:
        """Let ``eval("1 + 1")`` pass, flag what runs a text that is not known or does more than state a value."""
        text = self._means.texts.get(node.args[0]) if node.args else None
        try:
            value = ast.parse(text.strip(), mode="eval") if text is not None else None
            if value is not None and not any(isinstance(each, _DOES) for each in ast.walk(value)):
                self._fine.add(node.func)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            pass  # whatever it is: the name of the function is flagged

    def _imports_by_text(self, node: ast.Call) -> None:
        text = self._means.texts.get(node.args[0]) if node.args else None
        if text is None:
            self._flag(node, "dynamic_code", "import of a computed name")
            return
        self._imported(node, text)
        if isinstance(node.args[0], ast.Constant):
            self._fine.add(node.func)

    def _asks_by_text(self, node: ast.Call) -> None:
        asked = node.args[1]
        if asked in self._means.texts:
            return  # its path is known
        of_library = any(path.partition(".")[0] in _STDLIB for path in self._means.of(node.args[0]))
        if of_library or isinstance(asked, (ast.BinOp, ast.Call)):
            self._flag(node, "dynamic_code", "getattr with a computed name")

    def _sets_by_text(self, node: ast.Call) -> None:
        function, args = node.func, node.args
        targets = list(self._means.of(args[0])) if args else []
        name = self._named(args[1]) if len(args) > 1 else "?"
        if isinstance(function, ast.Attribute) and not targets:
            targets, name = list(self._means.of(function.value)), self._of_first(node)
        for target in targets:
            self._changed(node, f"{target}.{name}")

    # -- the rest ----------------------------------------------------------------------------------------------

    def _text(self, node: ast.expr) -> None:
        text = self._means.texts.get(node)
        if text is None or node in self._fine:
            return
        if isinstance(node, ast.BinOp):
            self._fine.update((node.left, node.right))  # its parts need not be searched again
        for code, found in codes_in_text(text):
            self._flag(node, code, f'"{found}"')

    def _class(self, node: ast.ClassDef) -> None:
        """Flag comparisons that say the same whatever they are asked, and a class that claims to be another."""
        for each in node.body:
            if isinstance(each, ast.FunctionDef) and each.name in _ANSWERS:
                returns = [inner.value for inner in ast.walk(each) if isinstance(inner, ast.Return)]
                if returns and all(_is_truth(value) for value in returns):
                    self._flag(each, "lying_object", each.name)
            elif isinstance(each, ast.Assign):
                names = {target.id for target in each.targets if isinstance(target, ast.Name)}
                if isinstance(each.value, ast.Lambda) and _is_truth(each.value.body):
                    for name in sorted(names & _ANSWERS):
                        self._flag(each, "lying_object", name)
                for name in sorted(names & {"__class__", "__module__"}):
                    self._flag(each, "lying_object", name)

    def _finalizer(self, node: ast.FunctionDef) -> None:
        """Flag a ``__del__`` that keeps its object alive; one that only says goodbye is harmless."""
        if node.name == "__del__" and node.args.args:
            own = node.args.args[0].arg
            inner = list(ast.walk(node))
            bases = {each.value for each in inner if isinstance(each, ast.Attribute)}
            if any(isinstance(each, ast.Name) and each.id == own and each not in bases for each in inner):
                self._flag(node, "late_code", "__del__ that hands its object on")

    def _threads_at_import(self) -> None:
        for call in _calls_at_import(self._tree):
            for path in self._means.of(call.func):
                if path in ("threading.Thread", "threading.Timer") or path.startswith("_thread.start"):
                    self._flag(call, "threads_at_import", path)


def _calls_at_import(tree: ast.AST) -> Iterator[ast.Call]:
    """Give the calls that happen when the file is loaded, as far as they stand there openly."""
    waiting: list[ast.AST] = list(ast.iter_child_nodes(tree))
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and "__name__" in {
            getattr(each, "id", "") for each in ast.walk(node.test)
        }:
            continue
        if isinstance(node, ast.Call):
            yield node
        waiting += ast.iter_child_nodes(node)


def _is_truth(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is bool


def _readable(text: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in text[:80])
