"""What the names of a program stand for in the standard library, found out from its text alone.

``a = asyncio``, ``from os import write as w``, ``vars(asyncio)["sleep"]``, ``getattr(sys, "_get" + "frame")`` and
``for m in (json, time): m`` all mean something that a look at single names would miss. Names are followed without
regard to scope or order: a name means everything that it is ever bound to. That errs on the side of seeing too much,
never runs anything, and takes time in proportion to the length of the text.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .redflags import MEMBERS, OWN_DOORS, words
from .texts import TEXTUAL, text_of

Paths = tuple[str, ...]
"""Dotted paths into the standard library, such as ``asyncio.tasks.sleep``."""

_PASSES = 4
_MOST_PATHS = 8
_LONGEST_PATH = 120
_BUILTINS = words("exec eval compile __import__ getattr setattr delattr vars globals locals open type object")
_GIVES = {
    "asyncio.get_running_loop": "asyncio.loop",
    "asyncio.get_event_loop": "asyncio.loop",
    "asyncio.new_event_loop": "asyncio.loop",
    "asyncio.events.get_running_loop": "asyncio.loop",
    "asyncio.current_task": "asyncio.task",
    "asyncio.create_task": "asyncio.task",
    "asyncio.ensure_future": "asyncio.task",
    "builtins.globals": "globals()",
    "builtins.locals": "globals()",
}
_HOLDERS = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.IfExp, ast.BoolOp, ast.Starred, ast.Await)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Give every node, parents before their children, without recursion; a text that stands alone is left out."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if type(node) is ast.Expr and type(node.value) is ast.Constant:
            continue  # a docstring
        for value in node.__dict__.values():
            if type(value) is list:
                waiting += [each for each in value if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                waiting.append(value)


class Meanings:
    """One file's nodes, with what they stand for: ``paths`` of expressions, ``texts`` of those that are known."""

    def __init__(self, tree: ast.AST) -> None:
        self.nodes = list(walk(tree))
        self.paths: dict[ast.AST, Paths] = {}
        self.texts: dict[ast.AST, str] = {}
        self.classes: set[str] = set()
        self.stored: set[str] = set()
        """Attributes that the program itself assigns on its own objects."""
        self._names: dict[str, set[str]] = {}
        self._own: set[str] = set()
        self._imported: set[str] = set()
        self._functions: dict[str, ast.arguments] = {}
        self._bound: list[tuple[str, ast.AST | None]] = []
        """Names of results (``f()``) and of class attributes (``.a``), each with an expression that they stand for."""
        self._scopes: list[tuple[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, set[str]]] = []
        self._shadowed: set[ast.AST] = set()
        self._handlers: dict[type, Callable[[Any], None]] = {
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.Call: self._call,
            ast.NamedExpr: lambda node: self._bind(node.target, node.value),
            ast.Assign: self._assign,
            ast.AnnAssign: lambda node: self._bind(node.target, node.value),
            ast.For: lambda node: self._bind(node.target, node.iter),
            ast.AsyncFor: lambda node: self._bind(node.target, node.iter),
            ast.comprehension: lambda node: self._bind(node.target, node.iter),
            ast.withitem: lambda node: self._bind(node.optional_vars, node.context_expr),
            ast.Match: self._match,
            **dict.fromkeys(_HOLDERS, self._holder),
        }
        self._collect()
        self._find_shadows()
        for _ in range(_PASSES):
            before = sum(map(len, self._names.values()))
            for node in reversed(self.nodes):
                handler = self._handlers.get(type(node))
                if handler is not None:
                    handler(node)
            for name, value in self._bound:
                self._learn(name, self.of(value))
            if sum(map(len, self._names.values())) == before:
                break

    def of(self, node: ast.AST | None) -> Paths:
        """Return what an expression may stand for."""
        return self.paths.get(node, ()) if node is not None else ()

    def mentions(self, *modules: str) -> bool:
        """Tell whether the program imports something of these modules."""
        return any(path.partition(".")[0] in modules for name in self._imported for path in self._names[name])

    # -- what is there -----------------------------------------------------------------------------------------

    def _collect(self) -> None:
        """Note imports, definitions and constant texts."""
        for node in reversed(self.nodes):
            if isinstance(node, ast.Name):
                if not isinstance(node.ctx, ast.Load):
                    self._own.add(node.id)
            elif isinstance(node, ast.Attribute):
                if isinstance(node.ctx, ast.Store) and is_own(node.value):
                    self.stored.add(node.attr)
            elif isinstance(node, TEXTUAL):
                text = text_of(node, self.texts)
                if text is not None:
                    self.texts[node] = text
            elif isinstance(node, (*_FUNCTIONS, ast.Lambda)):
                self._define(node)
            elif isinstance(node, ast.ClassDef):
                self.classes.add(node.name)
                self._own.add(node.name)
                for part in node.body:
                    if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
                        self._bound.append(("." + part.targets[0].id, part.value))
            elif isinstance(node, ast.Import):
                for each in node.names:
                    first = each.name.partition(".")[0]
                    self._import(each.asname or first, each.name if each.asname else first)
            elif isinstance(node, ast.ImportFrom):
                self._import_from(node)

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        given = node.args
        parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        parameters += [each for each in (given.vararg, given.kwarg) if each is not None]
        self._scopes.append((node, {each.arg for each in parameters}))
        self._bound += _defaults(given)
        if not isinstance(node, ast.Lambda):
            self._functions[node.name] = given
            self._own.add(node.name)
            self._bound += [(node.name + "()", value) for value in _returned(node)]

    def _import_from(self, node: ast.ImportFrom) -> None:
        if node.level or not node.module:
            return
        for each in node.names:
            if each.name == "*":
                for name in MEMBERS.get(node.module, {}):
                    self._import(name, f"{node.module}.{name}")
            else:
                self._import(each.asname or each.name, f"{node.module}.{each.name}")

    def _import(self, name: str, path: str) -> None:
        self._imported.add(name)
        self._learn(name, (path,))

    def _find_shadows(self) -> None:
        """Note where the name of a module is that of a parameter: there it means what a call passes, if anything."""
        for node, parameters in self._scopes:
            self._own |= parameters
            names = parameters & self._imported
            if names:
                body = [node.body] if isinstance(node, ast.Lambda) else node.body
                inside = (each for part in body for each in walk(part))
                self._shadowed.update(each for each in inside if getattr(each, "id", "") in names)

    # -- what it means -----------------------------------------------------------------------------------------

    def _learn(self, name: str, paths: Iterable[str]) -> None:
        known = self._names.setdefault(name, set())
        for path in paths:
            if len(known) < _MOST_PATHS and len(path) <= _LONGEST_PATH:
                known.add(path)

    def _mean(self, node: ast.AST, paths: Iterable[str]) -> None:
        kept = {path for path in paths if len(path) <= _LONGEST_PATH}
        if kept:
            self.paths[node] = tuple(sorted(kept)[:_MOST_PATHS])

    def _bind(self, target: ast.AST | None, value: ast.AST | None) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            values: list[Any] = [value] * len(target.elts)
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                values = list(value.elts)
            for each, one in zip(target.elts, values, strict=True):
                if not isinstance(each, (ast.Tuple, ast.List)):
                    self._bind(each, one)
        elif isinstance(target, ast.Name):
            self._learn(target.id, self.of(value))
            if isinstance(value, ast.Lambda):
                self._learn(target.id + "()", self.of(value.body))
        elif isinstance(target, ast.Attribute) and is_own(target.value):
            self._learn("." + target.attr, self.of(value))

    def _assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._bind(target, node.value)

    def _name(self, node: ast.Name) -> None:
        if node in self._shadowed:
            self._mean(node, self._names.get(f"({node.id})", ()))
        elif node.id in self._names:
            self._mean(node, self._names[node.id])
        elif node.id == "__builtins__":
            self._mean(node, ("builtins",))
        elif node.id in _BUILTINS and node.id not in self._own:
            self._mean(node, ("builtins." + node.id,))

    def _attribute(self, node: ast.Attribute) -> None:
        if is_own(node.value) or getattr(node.value, "id", "") in self.classes:
            self._mean(node, self._names.get("." + node.attr, ()))
        else:
            self._mean(node, (f"{path}.{node.attr}" for path in self.of(node.value)))

    def _subscript(self, node: ast.Subscript) -> None:
        key = self.texts.get(node.slice)
        self._mean(node, filter(None, (_item(path, key) for path in self.of(node.value))))

    def _match(self, node: ast.Match) -> None:
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                if isinstance(pattern, ast.MatchAs) and pattern.name:
                    self._learn(pattern.name, self.of(node.subject))

    def _holder(self, node: ast.AST) -> None:
        paths: list[str] = []
        for value in node.__dict__.values():
            for each in value if type(value) is list else (value,):
                if isinstance(each, ast.AST):
                    paths += self.of(each)
        self._mean(node, paths)

    def _call(self, node: ast.Call) -> None:
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        given = [path for of in self.of(function) for path in self._given_by(of, node)]
        self._mean(node, (*given, *self._names.get(name + "()", ())))
        if name in self._functions:
            self._hand_over(self._functions[name], node)
        elif isinstance(function, ast.Lambda):
            self._hand_over(function.args, node)

    def _given_by(self, function: str, node: ast.Call) -> Iterable[str]:
        """Return what a call of something of the standard library gives."""
        if function in _GIVES:
            return (_GIVES[function],)
        first = self.of(node.args[0]) if node.args else ()
        text = self.texts.get(node.args[0]) if node.args else None
        if function in ("builtins.__import__", "importlib.import_module", "importlib.__import__"):
            return () if text is None else (text,)
        if function == "importlib.reload":
            return first
        if function == "builtins.vars":
            return [path + ".__dict__" for path in first]
        if function in ("builtins.getattr", "inspect.getattr_static") and len(node.args) > 1:
            name = self.texts.get(node.args[1])
            return [f"{path}.{name}" for path in first] if name is not None else ()
        holder, _, method = function.rpartition(".")
        if method in ("get", "setdefault", "pop", "__getitem__") and text is not None:
            return (_item(holder, text),) if holder == "sys.modules" or holder.endswith("__dict__") else ()
        if method == "__getattribute__":
            name = self.texts.get(node.args[-1]) if node.args else None
            return [f"{path}.{name}" for path in (first or (holder,))] if name is not None else ()
        return ()

    def _hand_over(self, parameters: ast.arguments, node: ast.Call) -> None:
        """Let the parameters of the program's own function mean what a call passes."""
        names = [each.arg for each in (*parameters.posonlyargs, *parameters.args)]
        begin = 1 if names and names[0] in OWN_DOORS else 0
        given = [*zip(names[begin:], node.args, strict=False)]
        given += [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg is not None]
        for name, argument in given:
            self._learn(f"({name})" if name in self._imported else name, self.of(argument))


def _returned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """Give what a function returns, not what the functions in it do."""
    waiting: list[Any] = [function]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, name, ())
            waiting += [each for each in inner if not isinstance(each, (*_FUNCTIONS, ast.ClassDef))]


def _defaults(parameters: ast.arguments) -> list[tuple[str, ast.AST | None]]:
    """Return the parameters that have a default, with it."""
    names = [each.arg for each in (*parameters.posonlyargs, *parameters.args)]
    found: list[tuple[str, ast.AST | None]] = []
    if parameters.defaults:
        found += zip(names[-len(parameters.defaults) :], parameters.defaults, strict=True)
    return found + [
        (each.arg, value) for each, value in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True)
    ]


def is_own(node: ast.AST) -> bool:
    """Tell whether an expression is a method's own object."""
    return isinstance(node, ast.Name) and node.id in OWN_DOORS


def _item(path: str, key: str | None) -> str:
    """Return what a look-up by text in a module's dictionary, or in the table of modules, gives."""
    if path == "sys.modules" or path.endswith(".__dict__"):
        module = path.removesuffix("__dict__").removeprefix("sys.modules")
        return "" if key is None else module + key
    if key is None:
        return path
    if path == "globals()":
        return "builtins" if key == "__builtins__" else path
    return f"builtins.{key}" if path == "builtins" else path
