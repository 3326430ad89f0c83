"""Put a test's callable in the place of one of the student's, wherever the student's program holds it.

Replacing the module's global is not enough: a legal program may have put the function into a table, a ``partial``, a
default argument or another of its modules. So the callable itself is made to call the replacement, too.
"""

from __future__ import annotations

import functools
import gc
import inspect
import types
import warnings
from typing import Any

from .load import ROOT, own_modules


def replace(owner: Any, path: str, replacement: Any) -> None:
    """Replace ``owner.path`` (dots lead into classes); raise AttributeError if the student did not define it."""
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original = getattr(owner, name)
    if isinstance(replacement, types.FunctionType):
        replacement.__name__ = replacement.__qualname__ = name  # what a report or a task's repr() calls it
    setattr(owner, name, replacement)
    is_method = isinstance(original, types.MethodType)
    for module in own_modules():
        for key, value in list(vars(module).items()):
            if value is original or (is_method and type(value) is types.MethodType and value == original):
                setattr(module, key, replacement)
    if isinstance(original, types.FunctionType):
        _redirect(original, _code_of(_always, _always_async, original, (replacement,)))
        original.__defaults__ = original.__kwdefaults__ = None
    elif is_method:
        _redirect_for(original.__self__, original.__func__, replacement)
    elif isinstance(original, functools.partial):
        _redirect_partials(original, replacement)
    elif not isinstance(original, type):
        call = getattr(type(original), "__call__", None)  # noqa: B004 - the function itself is wanted
        _redirect_for(original, call, replacement)


# Templates of code: the marked texts are replaced by objects in their constants. No name in them is a student's.


def _always(*args: Any, **kwargs: Any) -> Any:
    target: Any = "TARGET"
    return target(*args, **kwargs)


async def _always_async(*args: Any, **kwargs: Any) -> Any:
    target: Any = "TARGET"
    return await target(*args, **kwargs)


def _if_it(self: Any, *args: Any, **kwargs: Any) -> Any:
    target: Any = "TARGET"
    owner: Any = "OWNER"
    others: Any = "OTHERS"
    return target(*args, **kwargs) if self is owner else others(self, *args, **kwargs)


async def _if_it_async(self: Any, *args: Any, **kwargs: Any) -> Any:
    target: Any = "TARGET"
    owner: Any = "OWNER"
    others: Any = "OTHERS"
    return await (target(*args, **kwargs) if self is owner else others(self, *args, **kwargs))


def _redirect_for(owner: Any, method: Any, replacement: Any) -> None:
    """Make a method of the student's call the replacement, but on ``owner`` only."""
    if not isinstance(method, types.FunctionType) or not method.__code__.co_filename.startswith(ROOT):
        return
    others = types.FunctionType(
        method.__code__, method.__globals__, method.__name__, method.__defaults__, method.__closure__
    )
    others.__kwdefaults__ = method.__kwdefaults__
    _redirect(method, _code_of(_if_it, _if_it_async, method, (replacement, owner, others)))
    method.__defaults__ = method.__kwdefaults__ = None


def _redirect_partials(original: functools.partial[Any], replacement: Any) -> None:
    """Let a partial, and those made from it (Python flattens them), call the replacement."""
    function, args, keywords = original.func, original.args, original.keywords
    for each in gc.get_referrers(function):
        if not isinstance(each, functools.partial) or each.func is not function:
            continue
        if [*map(id, each.args[: len(args)])] != [*map(id, args)]:
            continue
        if any(each.keywords.get(name, each) is not value for name, value in keywords.items()):
            continue
        left = {name: value for name, value in each.keywords.items() if name not in keywords}
        each.__setstate__((replacement, each.args[len(args) :], left, each.__dict__))  # type: ignore[attr-defined]


_MARKS = ("TARGET", "OWNER", "OTHERS")


def _code_of(
    plain: Any, waiting: Any, original: types.FunctionType, values: tuple[Any, ...]
) -> types.CodeType:
    """Return a template's code with the values in place of the marks, fit to stand in ``original``."""
    template = (waiting if inspect.iscoroutinefunction(original) else plain).__code__
    by_mark = dict(zip(_MARKS, values, strict=False))
    code: types.CodeType = template.replace(
        co_consts=tuple(
            by_mark.get(each, each) if type(each) is str else each for each in template.co_consts
        ),
        co_freevars=original.__code__.co_freevars,  # a function keeps its closure, which nothing here looks at
        co_name=original.__code__.co_name,
        co_qualname=original.__code__.co_qualname,
    )
    return code


def _redirect(function: types.FunctionType, code: types.CodeType) -> None:
    with warnings.catch_warnings():
        # 3.13 deprecates turning a generator into a plain function; the call works all the same.
        warnings.simplefilter("ignore")
        function.__code__ = code
