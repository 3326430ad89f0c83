"""YAML from outside as plain text, lists and mappings. Only what is asked for is kept.

The parser's events are followed, and nothing is constructed from tags: neither objects nor numbers (a student number
keeps its zeros) nor dates. An alias stands for the very value that its anchor has, so it costs nothing, and keys that
merge are keys like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import yaml

from autograder.intake.tree import Unreadable

_MAX_DEPTH = 20
_MAX_SKIPPED_DEPTH = 200
_MAX_EVENTS = 5_000_000
_MAX_ALIASES = 10_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(name: str, data: bytes, skip: Collection[str] = ()) -> Any:
    """Return the document; all scalars are text, and the values of keys in ``skip`` are left out.

    Raise `Unreadable` if it is damaged, too deep or too long.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{name} is not UTF-8 (byte {error.start})") from error
    try:
        return _Document(name, yaml.parse(text, Loader=_LOADER), skip).read()
    except (yaml.YAMLError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = "" if line is None else f" in line {line + 1}"
        raise Unreadable(f"{name} is no readable YAML: it is damaged{where}") from error


class _Document:
    def __init__(self, name: str, events: Iterator[Any], skip: Collection[str]) -> None:
        self._name = name
        self._events = events
        self._skip = skip
        self._anchors: dict[str, Any] = {}
        self._left = _MAX_EVENTS
        self._aliases = _MAX_ALIASES

    def read(self) -> Any:
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.NodeEvent):
                return self._value(event, 0)
        return None

    def _next(self) -> Any:
        self._left -= 1
        if self._left < 0:
            raise Unreadable(f"{self._name} is too long: more than {_MAX_EVENTS:,} parts")
        event = next(self._events, None)
        if event is None:
            raise Unreadable(f"{self._name} ends too early")
        return event

    def _value(self, event: Any, depth: int) -> Any:
        self._check_depth(depth, _MAX_DEPTH)
        if isinstance(event, yaml.AliasEvent):
            self._aliases -= 1
            if self._aliases < 0:
                raise Unreadable(f"{self._name} has more than {_MAX_ALIASES:,} aliases")
            return self._anchors.get(event.anchor)
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = event.value
        elif isinstance(event, yaml.SequenceStartEvent):
            value = []
            while not isinstance(inner := self._next(), yaml.SequenceEndEvent):
                value.append(self._value(inner, depth + 1))
        else:
            value = self._mapping(depth)
        if event.anchor:
            self._anchors[event.anchor] = value
        return value

    def _mapping(self, depth: int) -> dict[str, Any]:
        value: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._value(event, depth + 1)
            if isinstance(key, str) and key in self._skip:
                self._pass_over()
                continue
            inner = self._value(self._next(), depth + 1)
            if isinstance(key, str):
                if key in value:
                    raise Unreadable(f"{self._name} says {key[:100]} twice")
                value[key] = inner
        return value

    def _pass_over(self) -> None:
        """Pass over one value. What is not text in it is forgotten, also where an alias asks for it later."""
        depth = 0
        while True:
            event = self._next()
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                self._check_depth(depth, _MAX_SKIPPED_DEPTH)  # the parser gets slow with depth
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.ScalarEvent) and event.anchor:
                self._anchors[event.anchor] = event.value
            if not depth:
                return

    def _check_depth(self, depth: int, most: int) -> None:
        if depth > most:
            raise Unreadable(f"{self._name} is nested more than {most} levels deep")
