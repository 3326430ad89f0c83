"""Pages for people: how texts of unknown origin get into them.

Two walls, each enough by itself: every value is escaped by the template engine on its way out, and a page's policy
allows nothing but the one style sheet in it, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from autograder.escape import visible

_HERE = Path(__file__).parent


class OurOwn(str):
    """A text of ours that is HTML already: a style sheet, and nothing else."""

    def __html__(self) -> str:
        """Return it as it is."""
        return self


def write(template: str, macro: str, *values: Any) -> str:
    """Return what a macro of a template makes of values; every text among them is made visible and escaped."""
    return str(getattr(_pieces(template), macro)(*values))


def policy(style: str) -> str:
    """Return the policy of a page that holds this style sheet."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def read(name: str) -> str:
    """Return a file that lies beside this one."""
    return (_HERE / name).read_text("utf-8")


@cache
def _pieces(template: str) -> Any:
    import jinja2  # a run that writes no page need not wait for it

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, finalize=_finalize, keep_trailing_newline=True
    )
    return environment.from_string(read(template)).module


def _finalize(value: Any) -> Any:
    """Make visible what the template writes; the engine escapes it afterwards."""
    return visible(value) if type(value) is str else value
