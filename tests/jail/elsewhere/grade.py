"""Grade what a job (JSON on standard input) names in the plain jail, and print what became of each test.

Or import the modules that it names, or run the command.

With the argument ``--no-unix`` everything that only Unix has is hidden, here and in the processes that are started.
"""

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

HIDE = (Path(__file__).parent / "no_unix.py").read_text()


def hide_unix():
    import click  # noqa: F401 - on Windows it wants more than can be pretended
    import rich.console  # noqa: F401

    start = subprocess.Popen.__init__

    def start_without(self, args, *more, **options):
        args = list(args)
        if "-c" in args:
            place = args.index("-c") + 1
            args[place] = f"# {os.getpid()} started it\n{HIDE}{args[place]}"
        start(self, args, *more, **options)

    subprocess.Popen.__init__ = start_without
    exec(HIDE, {})


def import_all(packages):
    """Import all modules of these packages, or these modules."""
    names = []
    for package in packages:
        module = importlib.import_module(package)
        names.append(package)
        for found in pkgutil.iter_modules(getattr(module, "__path__", ()), package + "."):
            importlib.import_module(found.name)
            names.append(found.name)
    return names


def main():
    job = json.load(sys.stdin)
    if "--no-unix" in sys.argv:
        hide_unix()
    if "command" in job:
        from autograder.cli.main import main as run

        sys.argv = ["autograder", *job["command"]]
        run()
        return
    json.dump(import_all(job["import"]) if "import" in job else grade(job), sys.stdout)


def grade(job):
    from autograder.catalogue import load_assignment
    from autograder.grading import run_suite
    from autograder.jail.host import fresh
    from autograder.model import Assignment, Exercise, GradeOptions, Limits, Submission

    fresh.FORCED = job.get("forced", False)
    if job["suite"]:
        exercise = Exercise(id="1", title="One", file="ex.py", points=Decimal(job["points"]))
        folder = Path(job["suite"])
        assignment = Assignment(
            id="trial",
            title="Trial",
            folder=folder,
            solutions=folder,
            hidden_tests=folder,
            exercises=(exercise,),
            limits=replace(Limits(), **job["limits"]),
        )
    else:
        assignment = load_assignment(Path(job["root"]), job["assignment"])
    submissions = [
        Submission(
            id=each["id"],
            files={name: Path(path).read_bytes() for name, path in each["files"].items()},
            exercises=tuple(each.get("exercises", ())),
        )
        for each in job["submissions"]
    ]
    python = Path(job["python"]) if job.get("python") else None
    options = GradeOptions(seed=job["seed"], jail="plain", python=python)
    reports = []
    begin = time.perf_counter()
    run_suite(assignment, iter(submissions), reports.append, options)
    graded = {
        report.id: {
            "status": str(report.status),
            "reason": report.reason,
            "score": float(report.score),
            "evidence": sorted(f"{each.code} {each.line}" for each in report.evidence),
            "tests": {
                row.name: [str(row.outcome), row.message, row.virtual_seconds]
                for exercise in report.exercises
                for row in exercise.tests
            },
        }
        for report in reports
    }
    seconds = time.perf_counter() - begin
    return {"fresh": fresh.is_needed(), "seconds": seconds, "reports": graded}


if __name__ == "__main__":
    main()
