"""What a worker process runs: ``python -P -m autograder.engines.worker``.

It reads JSON lines from standard input and answers on what was its standard output::

    in:   {"assignment": .., "options": .., "cpu": 0}   once
          {"submission": ..}                            again and again; end of file: finish
    out:  {"ready": true}                               once, when grading could be imported
          {"report": ..}                                one per submission
          {"error": class name, "message": text}        the suite or the setup is wrong: no submission can be graded
          {"done": true}                                after end of file
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO

from autograder.engines.wire import decode, from_line, to_line
from autograder.errors import AutograderError
from autograder.model import Assignment, GradeOptions, Submission, SubmissionReport

RunSuite = Callable[[Assignment, Iterator[Submission], Callable[[SubmissionReport], None], GradeOptions], str]
"""The type of `autograder.grading.run_suite`."""

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve the engine with the real grading."""
    from autograder.grading import run_suite

    serve(run_suite)


def serve(run_suite: RunSuite) -> None:
    """Grade what comes in with ``run_suite`` until there is no more."""
    _die_with_parent()
    requests, answers = _take_over_standard_streams()

    def answer(**message: object) -> None:
        answers.write(to_line(message))
        answers.flush()

    header = from_line(requests.readline())
    assignment = decode(Assignment, header["assignment"])
    options = decode(GradeOptions, header["options"])
    if header.get("cpu") is not None:
        # Worker and jail run in lockstep, one at a time: on one CPU they hand over without waking another.
        os.sched_setaffinity(0, {header["cpu"]})
    answer(ready=True)
    submissions = (decode(Submission, from_line(line)["submission"]) for line in requests)
    try:
        run_suite(assignment, submissions, lambda report: answer(report=report), options)
    except AutograderError as error:
        answer(error=type(error).__name__, message=str(error))
    else:
        answer(done=True)


def _take_over_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the two pipes to ourselves: whatever else prints or reads in this process must not touch the protocol."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return requests, answers


def _die_with_parent() -> None:
    """Ask Linux to end this process with the engine, should that be killed while a submission is being graded."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
