"""Settings for editors, so that a bundle opens the same way everywhere."""

from __future__ import annotations

import json

_SETTINGS = {
    "editor.insertSpaces": True,
    "editor.rulers": [110],
    "editor.tabSize": 4,
    "files.encoding": "utf8",
    "files.eol": "\n",
    "files.exclude": {"**/__pycache__": True},
    "files.insertFinalNewline": True,
    # The public tests know fixtures that pytest alone does not: `autograder check` runs them.
    "python.testing.pytestEnabled": False,
    "python.testing.unittestEnabled": False,
    "python.terminal.executeInFileDir": True,
}
_EXTENSIONS = {"recommendations": ["ms-python.python", "ms-toolsai.jupyter", "editorconfig.editorconfig"]}
_EDITORCONFIG = """\
root = true

[*]
charset = utf-8
end_of_line = lf
insert_final_newline = true
trim_trailing_whitespace = true

[*.py]
indent_style = space
indent_size = 4
max_line_length = 110

[*.md]
trim_trailing_whitespace = false
"""


def editor_files() -> dict[str, str]:
    """Return the files, by their path in the bundle."""
    return {
        ".editorconfig": _EDITORCONFIG,
        ".vscode/extensions.json": _json(_EXTENSIONS),
        ".vscode/settings.json": _json(_SETTINGS),
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"
