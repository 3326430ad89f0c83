"""Nbgrader is an extra: who does not have it is told what to install, and nobody else waits for it."""

from __future__ import annotations

import json
import subprocess
import sys

COMMAND = "import sys\n{before}\nfrom autograder.cli.main import run\nprint(run({arguments!r}))\n{after}"
HEAVY = (
    "print(sorted({'nbgrader', 'nbformat', 'IPython', 'sqlalchemy', 'rich', 'pytest'} & set(sys.modules)))"
)


def run(*arguments: str, before: str = "", after: str = "") -> subprocess.CompletedProcess[str]:
    code = COMMAND.format(before=before, arguments=arguments, after=after)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_without_the_extra_the_command_says_what_to_install() -> None:
    done = run("nbgrader", "export", "lecture21", ".", before="sys.modules['nbgrader'] = None")

    assert done.stdout == "2\n"
    assert 'pip install "async-autograder[notebook]"' in " ".join(done.stderr.split())


def test_help_imports_nothing_of_it() -> None:
    done = run("nbgrader", "grade", "--help", after=HEAVY)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["0", "[]"]


def test_module_for_kernels_imports_the_standard_library_only() -> None:
    code = (
        "import json, sys; before = set(sys.modules); import autograder.notebook\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}

    assert loaded - set(sys.stdlib_module_names) == {"autograder"}
