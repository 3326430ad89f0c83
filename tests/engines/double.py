"""A worker whose grading is replaced: how it treats a submission is told by the submission's id."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal

from autograder.engines.worker import serve
from autograder.errors import ConfigurationError, GraderError
from autograder.model import Assignment, GradeOptions, Outcome, Submission, SubmissionReport, TestResult
from autograder.scoring import score_submission


def run_suite(
    assignment: Assignment,
    submissions: Iterator[Submission],
    report: Callable[[SubmissionReport], None],
    options: GradeOptions,
) -> str:
    print("noise that must not reach the protocol")
    for submission in submissions:
        behave(submission)
        rows = [
            TestResult(
                name="test_size",
                title="It has a size.",
                exercise="1",
                concept="result",
                outcome=Outcome.PASSED,
                score=Decimal(min(10, len(submission.files["one.py"]))),
                max_score=Decimal(10),
                message=f"pid {os.getpid()} cpus {sorted(os.sched_getaffinity(0))} seed {options.seed}",
            )
        ]
        report(score_submission(assignment, submission.id, rows, notes=submission.notes))
    return "plain"


def behave(submission: Submission) -> None:
    """Do to this process what the submission's id says."""
    match submission.id.partition("-")[0]:
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            sys.exit(7)
        case "dieonce":
            flag = submission.files["flag"].decode()
            if not os.path.exists(flag):
                open(flag, "w").close()
                os._exit(3)
        case "hang":
            threading.Event().wait()
        case "suite":
            raise ConfigurationError("test_one.py:3: the marker points is missing: add one")
        case "ours":
            raise GraderError("the jail could not be started")
        case "wait":
            with open(submission.files["flag"], "wb"):  # a pipe: its other end sees when this process ends
                threading.Event().wait()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["dead"]:
            sys.exit("cannot import grading")
        case ["nonsense"]:
            print("this is no JSON", flush=True)
            sys.stdin.read()
        case _:
            serve(run_suite)
