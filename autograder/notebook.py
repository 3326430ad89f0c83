"""What a test cell of a notebook asks: how many points the cells above it are worth, for one concept.

The cells' source, as the kernel has run it, goes to a process of its own (`autograder.nbgrader.kernel`), which grades
it in the jail and answers. So neither hidden tests nor solutions are ever in the memory of the kernel, where student
code runs. One run serves all test cells of a notebook, as long as no other cell is run in between.

Where the hidden tests are not installed, on a student's own machine, the same cell runs the public tests.

nbgrader reads a score from what a cell shows: a number is the points, an error or anything on stderr is none. So the
cell shows one number and nothing on stderr, whatever the student's code has left behind in the kernel. When it is us
who have failed while nbgrader grades, the number is infinite: nbgrader refuses it, and the notebook is left ungraded.

Only the standard library is imported here: the kernel is not ours.
"""

from __future__ import annotations

import gc
import hashlib
import json
import logging
import os
import subprocess
import sys
from typing import Any, TextIO

CLONE = "AUTOGRADER_CLONE"
"""Environment variable that names the folder with the hidden tests. The course's ``nbgrader_config.py`` sets it."""

TEST_CELL = "from autograder.notebook import points_for"
"""What stands in a test cell and in no other, also where an editor has taken nbgrader's metadata away."""

_GOODBYE_SECONDS = 10

_answers: dict[str, dict[str, Any]] = {}


class _Told(Exception):
    """An exception that a notebook shows as its text alone."""

    def _render_traceback_(self) -> list[str]:
        """Return the lines that IPython shows in place of a traceback."""
        return str(self).splitlines()


class PublicTestsFailed(_Told, AssertionError):
    """A public test says that something is not right yet."""


class NotGraded(_Told, RuntimeError):
    """The cells could not be graded. That says nothing about what is in them."""


def points_for(assignment: str, exercise: str, concept: str) -> float | None:
    """Return the points that the cells run so far get for one concept of an exercise; print how they came about.

    Where only the public tests are installed, return None if those about the concept pass, and raise
    `PublicTestsFailed` if not. Raise `NotGraded` if it is not the cells' fault that there is no answer; while
    nbgrader grades, return infinity instead, which it does not take for a score.
    """
    shell = _shell()
    _be_quiet(shell)
    execution = os.environ.get("NBGRADER_EXECUTION", "")
    try:
        answer = _ask(assignment, exercise, _cells(shell), execution)
        if answer["problem"]:
            raise NotGraded(f"Not graded: {answer['problem']}")
    except NotGraded as error:
        if execution != "autograde":
            raise
        print(error)
        return float("inf")
    row = answer["concepts"].get(concept)
    if row is None:
        print(f"There is no public test about {concept}.")
        return None
    if row["points"] is None and not row["passed"]:
        raise PublicTestsFailed(row["text"])
    print(row["text"])
    return None if row["points"] is None else float(row["points"])


def _shell() -> Any:
    try:
        from IPython.core.getipython import get_ipython  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise NotGraded("This is for the cells of a notebook: here is no kernel.") from error
    shell = get_ipython()
    if shell is None:
        raise NotGraded("This is for the cells of a notebook: here is no kernel.")
    return shell


def _cells(shell: Any) -> list[str]:
    """Return the source of all cells that were run, in the order of running, without those that only test."""
    history = [str(each) for each in shell.history_manager.input_hist_raw[1:]]
    return [source for source in history if source.strip() and TEST_CELL not in source]


def _ask(assignment: str, exercise: str, cells: list[str], execution: str) -> dict[str, Any]:
    """Return what the grading process answers; it is asked once for the same cells."""
    question = json.dumps(
        {"assignment": assignment, "exercise": exercise, "cells": cells, "execution": execution}
    )
    key = hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()
    if key not in _answers:
        _answers.clear()
        _answers[key] = _run(question)
    return _answers[key]


def _run(question: str) -> dict[str, Any]:
    # -P: what lies beside the notebook, perhaps a module called pytest, is not imported there.
    command = [sys.executable, "-P", "-m", "autograder.nbgrader.kernel"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
    try:
        said, complaint = process.communicate(question.encode("ascii"))
    except BaseException:  # nbgrader interrupts a cell that takes too long
        process.terminate()
        try:
            process.communicate(timeout=_GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        raise
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        last = (complaint.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"])[-1]
        raise NotGraded(
            f"Not graded: the grading process ended with status {process.returncode}: {last}"
        ) from None
    return answer


class _Nowhere:
    """Stands in for stderr and forgets what is written."""

    encoding = "utf-8"
    closed = False

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False


def _be_quiet(shell: Any) -> None:
    """Let nothing reach stderr until this cell has ended: what earlier cells left behind complains late."""
    stderr: TextIO = sys.stderr
    level = logging.root.manager.disable

    def speak_again(*_: object) -> None:
        shell.events.unregister("post_run_cell", speak_again)
        logging.disable(level)
        sys.stderr = stderr

    if isinstance(stderr, _Nowhere):
        return  # it was asked twice in one cell
    shell.events.register("post_run_cell", speak_again)
    sys.stderr = _Nowhere()
    logging.disable(logging.CRITICAL)
    gc.collect()
