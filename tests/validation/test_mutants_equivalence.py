"""What `same_code` proves, and what it must not take for proved."""

from __future__ import annotations

import pytest

from autograder.validation.mutants import same_code

SAME = {
    "comments and lines": ("x = 1\n", "\n\nx = (1)  # one\n"),
    "code behind a return": ("def f():\n    return 1\n", "def f():\n    return 1\n    print(2)\n"),
    "code behind a raise": ("def f():\n    raise E\n", "def f():\n    raise E\n    print(2)\n"),
    "code behind an endless loop": (
        "def f():\n    while True:\n        g()\n",
        "def f():\n    while True:\n        g()\n    print(2)\n",
    ),
    "code under a false constant": ("y = 2\n", "if 0:\n    x = 1\ny = 2\n"),
    "docstring of a function": ("def f():\n    return 1\n", "def f():\n    'doc'\n    return 1\n"),
    "docstring of a module": ("x = 1\n", "'doc'\nx = 1\n"),
    "docstring of a class": ("class A: pass\n", "class A:\n    'doc'\n"),
    "docstring that is a constant too": ("def f():\n    return 'd'\n", "def f():\n    'd'\n    return 'd'\n"),
    "docstring before a future import": (
        "from __future__ import annotations\n",
        "'doc'\nfrom __future__ import annotations\n",
    ),
    "return of nothing": ("def f(): pass\n", "def f():\n    return None\n"),
    "pass inside a try": (
        "try:\n    f()\nfinally:\n    g()\n",
        "try:\n    pass\n    f()\nfinally:\n    g()\n    pass\n",
    ),
    "else behind a return": (
        "def f(x):\n    if x:\n        return 1\n    return 2\n",
        "def f(x):\n    if x:\n        return 1\n    else:\n        return 2\n",
    ),
    "a computed constant": ("x = 60 * 60\n", "x = 3600\n"),
}

DIFFERENT = {
    "types of a number": ("x = 1\n", "x = 1.0\n"),
    "a truth value": ("x = 1\n", "x = True\n"),
    "signs of zero": ("x = 0.0\n", "x = -0.0\n"),
    "a number in a tuple": ("x = (1, 2)\n", "x = (1, 2.0)\n"),
    "bytes": ("x = 'a'\n", "x = b'a'\n"),
    "a yield that is never reached": (
        "def f():\n    return 1\n",
        "def f():\n    return 1\n    yield\n",
    ),
    "an assignment that is never reached": (
        "def f():\n    return x\n",
        "def f():\n    return x\n    x = 1\n",
    ),
    "global": ("def f():\n    x = 1\n", "def f():\n    global x\n    x = 1\n"),
    "where a handler reaches to": (
        "try:\n    f()\n    g()\nexcept E: pass\n",
        "try:\n    f()\nexcept E: pass\ng()\n",
    ),
    "await": ("async def f(): await g()\n", "async def f(): g()\n"),
    "async": ("async def f(): pass\n", "def f(): pass\n"),
    "names of arguments": ("def f(a): return 1\n", "def f(b): return 1\n"),
    "order of arguments": ("def f(a, b): return a\n", "def f(b, a): return a\n"),
    "arguments by name only": ("def f(a): pass\n", "def f(*, a): pass\n"),
    "defaults": ("def f(x=1): pass\n", "def f(x=2): pass\n"),
    "functions inside": ("x = lambda: 1\n", "x = lambda: 2\n"),
    "how an f-string shows": ("f'{x}'\n", "f'{x!r}'\n"),
    "annotations": ("x = 1\n", "x: int = 1\n"),
    "a docstring that the program reads": ("'a'\nprint(__doc__)\n", "'b'\nprint(__doc__)\n"),
    "a docstring that help shows": ("help()\ndef f(): 'a'\n", "help()\ndef f(): 'b'\n"),
    "a docstring read from another function": (
        "def f(): 'a'\nprint(getattr(f, NAME))\n",
        "def f(): 'b'\nprint(getattr(f, NAME))\n",
    ),
    "a loaded name": ("x.a.b\n", "x.b.a\n"),
    "a method": ("x.f()\n", "x.f\n"),
    "imports": ("from a import b\n", "from a import c as b\n"),
    "name of a class": ("class A: pass\n", "class B: pass\n"),
    "comparison": ("x = a < b\n", "x = a <= b\n"),
    "what is tested": ("if a: f()\n", "if not a: f()\n"),
    "free variables": (
        "def f(x):\n    def g(): return x\n    return g\n",
        "def f(x):\n    def g(x=x): return x\n    return g\n",
    ),
}


@pytest.mark.parametrize("what", SAME)
def test_these_are_proved_to_be_the_same(what: str) -> None:
    one, other = SAME[what]

    assert same_code(one, other)


@pytest.mark.parametrize("what", DIFFERENT)
def test_these_are_not_the_same(what: str) -> None:
    one, other = DIFFERENT[what]

    assert not same_code(one, other)
    assert same_code(one, one)


def test_what_does_not_compile_is_an_error() -> None:
    for text in ("def f(:\n", "x = 1\0\n", "x = '\ud800'\n"):
        with pytest.raises(SyntaxError):
            same_code("x = 1\n", text)
