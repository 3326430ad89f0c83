"""An nbgrader course on disk: where its folders and its gradebook are, as its own configuration says."""

from __future__ import annotations

import contextlib
import glob
import io
import logging
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import ConfigurationError, UsageError
from autograder.nbgrader.extra import import_extra

CONFIG = "nbgrader_config.py"
_ANYBODY = "\0"


@dataclass(frozen=True, slots=True)
class Course:
    """A course whose configuration has been read."""

    root: Path
    app: Any
    """nbgrader's application object: the configuration that its parts are made with."""

    @property
    def database(self) -> str:
        """The gradebook as an SQLAlchemy URL; a file is named by its whole path."""
        text = str(self.app.coursedir.db_url)
        url = import_extra("sqlalchemy.engine").make_url(text)
        file = url.database or ""
        if url.get_backend_name() != "sqlite" or not file or file.startswith(("/", ":", "file:")):
            return text
        # nbgrader is run in the course's folder. The text is kept, since SQLAlchemy would write a space as %20.
        dialect, _, rest = text.partition(":///")
        return f"{dialect}:///{self.root / rest}"

    @property
    def id(self) -> str:
        """What the course is called in the gradebook."""
        return str(self.app.coursedir.course_id)

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """Return a folder of the course; ``step`` is source, submitted, autograded or feedback."""
        coursedir = self.app.coursedir
        return Path(coursedir.format_path(getattr(coursedir, f"{step}_directory"), student, assignment))

    def source(self, assignment: str) -> Path:
        """Return the folder with the source notebooks of an assignment."""
        return self.folder("source", ".", assignment)

    def handed_in(self, assignment: str) -> dict[str, Path]:
        """Return the folders in ``submitted`` for this assignment: student's id to folder, in the order of the ids."""
        coursedir = self.app.coursedir
        step = coursedir.submitted_directory
        pattern = coursedir.format_path(step, "(?P<student>[^/]*)", assignment, escape=True)
        found = {}
        place = glob.escape(str(coursedir.format_path(step, _ANYBODY, assignment)))
        for text in glob.glob(place.replace(_ANYBODY, "*")):
            match = re.fullmatch(pattern, text)
            if match is not None and Path(text).is_dir():
                found[match["student"]] = Path(text)
        excluded = set(str(coursedir.student_id_exclude).split(","))
        return {student: found[student] for student in sorted(found) if student not in excluded}


def open_course(root: Path) -> Course:
    """Read the configuration of the course in this folder.

    Raise `UsageError` if there is no such folder or nbgrader is missing, `ConfigurationError` if it cannot be read.
    """
    if not root.is_dir():
        what = "this is a file" if root.exists() else "there is no such folder"
        raise UsageError(f"{root}: {what}. Give the folder of an nbgrader course, the one with {CONFIG}.")
    root = root.resolve()
    base = import_extra("nbgrader.apps.baseapp").NbGrader

    own = {
        "load_cwd_config": False,  # whatever lies where the command is run, perhaps a student's folder
        "init_syspath": lambda self: None,  # nbgrader would put the current folder first
        "raise_config_file_errors": True,
    }
    make: Any = type(base)("Settings", (base,), own)
    said = io.StringIO()
    app = make(log_level=logging.ERROR)
    app.log.handlers = [logging.StreamHandler(said)]
    if str(root) not in sys.path:
        sys.path.append(str(root))  # a course's own plugins lie beside its configuration
    try:
        with contextlib.chdir(root), contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            app.initialize([], root=str(root))
    except (Exception, SystemExit) as error:
        reason = (said.getvalue().strip().splitlines() or [f"{type(error).__name__}: {error}"])[-1]
        raise ConfigurationError(
            f"{root / CONFIG}: nbgrader cannot read this course's configuration: {reason}. Mend it, then try "
            f"`nbgrader --help-all` in {root}."
        ) from error
    app.log.setLevel(logging.ERROR)
    return Course(root=root, app=app)
