"""``autograder export``: stored reports in, files for other systems out; or sent to them, which `send` has."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.cli.arguments import path_of
from autograder.cli.send import SENDERS
from autograder.cli.stored import EXIT_SOME_LEFT_OUT, at_hand, one_of, read_batch, tell
from autograder.errors import GraderError, UsageError
from autograder.escape import LONGEST_NAME, visible

if TYPE_CHECKING:
    from autograder.outputs.export.batch import Batch, Exported, Settings
    from autograder.outputs.export.formats import Format

_LONGEST_FILE_NAME = 200
"""Bytes. File systems take 255, of which the name has some more while the file is written."""

_EPILOG = """
\b
Examples:
  autograder export --list                         what there is, and what each needs
  autograder export canvas reports/ --gradebook export.csv --out import.csv
  autograder export gradescope reports/ --out results/
  autograder export csv reports/ --anonymous --mapping who.json --out tests.csv
  autograder grade . --json | autograder export github-summary - >> "$GITHUB_STEP_SUMMARY"
  autograder export canvas-api --help              sends grades to Canvas; lti-ags: to any platform with LTI 1.3

\b
Exit codes:
  0  done     2  usage or configuration     3  autograder itself has failed
  4  done, but some submissions are not in it; they are named with the reason
"""


class _FilesOrSender(click.Command):
    """The command that writes files, unless the first word is a system to send to: that has options of its own."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if args and args[0] in SENDERS:
            return SENDERS[args[0]].make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command(cls=_FilesOrSender, epilog=_EPILOG, no_args_is_help=True)
@click.argument("name", metavar="FORMAT", required=False)
@click.argument("reports", metavar="REPORTS...", nargs=-1)
@click.option("--list", "list_formats", is_flag=True, help="Show the formats and what each needs.")
@click.option(
    "--out",
    metavar="PATH",
    help="The file to write; a folder where there is a file for each of several submissions. Default: -, the standard "
    "output.",
)
@click.option("--gradebook", metavar="FILE", help="canvas: the gradebook as Canvas exports it.")
@click.option(
    "--worksheet", metavar="FILE", help="moodle-worksheet: the grading worksheet as Moodle gives it."
)
@click.option(
    "--column", metavar="TITLE", help="canvas, moodle-worksheet: the column that the grades go into."
)
@click.option(
    "--rescale", is_flag=True, help="canvas, moodle-worksheet: convert points to what the column is worth."
)
@click.option(
    "--output-format",
    metavar="[text|html|simple_format|md|ansi]",
    help="gradescope: how it is to read a test's output. Default: text.",
)
@click.option(
    "--leaderboard", is_flag=True, help="gradescope: put the points of the visible tests on the leaderboard."
)
@click.option(
    "--problem",
    metavar="NAME",
    help="autolab: the problem that gets the whole score. Default: a problem for each exercise.",
)
@click.option(
    "--source",
    metavar="DIR",
    help="github-annotations: the student's checkout, to find files in sub-folders.",
)
@click.option(
    "--as-of",
    default="open",
    metavar="[open|after_due_date|after_published]",
    help="How far the assignment is: decides which tests students see. Default: open.",
)
@click.option(
    "--for-students",
    is_flag=True,
    help="Write only what students may see, also where the format is the teacher's.",
)
@click.option(
    "--anonymous", is_flag=True, help="Replace ids, shuffle, and take names and paths out of all texts."
)
@click.option(
    "--key-file", metavar="FILE", help="With --anonymous: the same ids again wherever this key is used."
)
@click.option(
    "--mapping", metavar="FILE", help="With --anonymous: a new file that leads back to the old ids."
)
def export(
    name: str | None,
    reports: tuple[str, ...],
    list_formats: bool,
    out: str | None,
    as_of: str,
    for_students: bool,
    anonymous: bool,
    key_file: str | None,
    mapping: str | None,
    **told: str | bool | None,
) -> int:
    """Turn stored reports into a file for another system.

    REPORTS is the folder that `autograder grade --output` has written, a .json in it, or the document of
    `autograder grade --json` (- is the standard input). Who was not graded never gets a zero.
    """
    from autograder.outputs.export import export as make

    if list_formats:
        _show_formats()
        return 0
    form = _choose(name, told)
    inputs = [path_of("REPORTS", path) for path in reports]
    inputs += [Path(str(each)) for each in (told["gradebook"], told["worksheet"], key_file) if each]
    target = _target(out, inputs)
    batch = read_batch(inputs[: len(reports)], as_of)
    inputs += batch.documents
    way_back: Path | None = None
    if anonymous:
        _check_anonymous(form)
        way_back = _mapping_path(mapping, target)
        batch, names = _without_names(batch, key_file)
    elif key_file is not None or mapping is not None:
        raise UsageError(
            f"{'--mapping' if key_file is None else '--key-file'} is for --anonymous. Give that too."
        )
    exported = make(batch, form, _settings(form, batch, told), as_of=as_of, students=for_students)
    places = _places(exported, form, len(batch.items), target)
    _keep(inputs, places)
    if way_back is not None:
        from autograder.outputs.export.anonymity import mapping_text

        _write_whole(way_back, mapping_text(names).encode("ascii"), mode=0o600)
    elif anonymous:
        tell("note", ["nothing is kept that leads back to the students; --mapping FILE would keep it"])
    if target is None and exported.files:
        _show(exported.files[0].content)
    _write(places)
    tell("note", exported.notes)
    for each in exported.left_out:
        click.echo(f"left out: {visible(each.id, longest=LONGEST_NAME)}: {visible(each.why)}", err=True)
    return EXIT_SOME_LEFT_OUT if exported.left_out else 0


def _choose(name: str | None, told: dict[str, str | bool | None]) -> Format:
    from autograder.outputs.export.formats import find_format

    if name is None:
        raise UsageError("FORMAT is missing. `autograder export --list` shows those that there are.")
    if name in SENDERS:
        raise UsageError(f"{name} is a system to send to: it comes first, as in autograder export {name} ...")
    form = find_format(name, tuple(SENDERS))
    _check_options(form, told)
    return form


def _show_formats() -> None:
    from autograder.outputs.export.formats import FORMATS
    from autograder.outputs.send.senders import SYSTEMS

    width = max(len(each.name) for each in (*FORMATS, *SYSTEMS))
    for form in FORMATS:
        needs = f"; needs {', '.join(map(_option, form.needs))}" if form.needs else ""
        takes = f"; takes {', '.join(map(_option, form.takes))}" if form.takes else ""
        click.echo(f"{form.name:{width}}  {form.suffix:8}  {form.what}{needs}{takes}")
    for system in SYSTEMS:
        needs = f"needs {', '.join(system.needs)} and the extra {system.extra}"
        click.echo(f"{system.name:{width}}  {'':8}  {system.what}; {needs}")


def _option(setting: str) -> str:
    return f"--{setting.replace('_', '-')}"


def _check_options(form: Format, told: dict[str, str | bool | None]) -> None:
    """Raise `UsageError` where a format lacks what it needs, or is told what it does not know."""
    from autograder.outputs.export.batch import OUTPUT_FORMATS
    from autograder.outputs.export.formats import FORMATS

    for setting, value in told.items():
        if value is None or value is False:
            continue
        if value == "":
            raise UsageError(f"{_option(setting)} is empty. Give it a value, or leave it out.")
        if setting not in (*form.needs, *form.takes):
            others = ", ".join(each.name for each in FORMATS if setting in (*each.needs, *each.takes))
            raise UsageError(f"{_option(setting)} is for {others}, not for {form.name}. Leave it out.")
    about = {
        "gradebook": "In Canvas, choose Export in the gradebook, and give that file: only it knows the ids",
        "worksheet": "In Moodle, choose Download grading worksheet in the assignment, and give that file",
    }
    for setting in form.needs:
        if told[setting] is None:
            raise UsageError(f"{form.name} needs {_option(setting)}. {about[setting]}.")
    one_of("--output-format", str(told["output_format"] or "text"), OUTPUT_FORMATS)


def _target(out: str | None, inputs: Sequence[Path]) -> Path | None:
    """Return where the export goes, None for the standard output."""
    if out is None or out == "-":
        return None
    target = path_of("--out", out)
    if len(os.fsencode(target.name)) > _LONGEST_FILE_NAME:
        raise UsageError(f"--out {out}: no file system takes so long a name.")
    if target.exists() and not (target.is_file() or target.is_dir()):
        # A device or a pipe would be replaced by a file.
        raise UsageError(f"--out {out}: this is neither a file nor a folder. Give - for the standard output.")
    if any(target.resolve() == each.resolve() for each in inputs):
        raise UsageError(f"--out {out}: this is what the export is made from. Give it another place.")
    if not target.parent.is_dir():
        raise UsageError(f"--out {out}: there is no folder {target.parent}. Make it first.")
    return target.resolve() if target.is_symlink() else target


def _check_anonymous(form: Format) -> None:
    if form.names_people:
        raise UsageError(f"--anonymous: {form.name} is about whose grade is whose. Leave the option out.")


def _mapping_path(mapping: str | None, target: Path | None) -> Path | None:
    """Return where the way back to the names goes; raise `UsageError` where it would replace or give away something."""
    if mapping is None:
        return None
    path = path_of("--mapping", mapping)
    if path.exists() or path.is_symlink():
        raise UsageError(
            f"--mapping {path}: it is there already, and it may be the only way back. Name a new one."
        )
    if not path.parent.is_dir():
        raise UsageError(f"--mapping {path}: there is no folder {path.parent}. Make it first.")
    if target is not None and target.resolve() in (path.resolve(), *path.resolve().parents):
        raise UsageError(f"--mapping {path}: this would be given away with {target}. Give it another place.")
    return path


def _without_names(batch: Batch, key_file: str | None) -> tuple[Batch, dict[str, str]]:
    """Return the batch without names, and who is who."""
    from autograder.outputs.export.anonymity import FEW, anonymise, read_key

    anonymous, names = anonymise(
        batch, None if key_file is None else read_key(path_of("--key-file", key_file))
    )
    if len(batch.items) < FEW:
        tell("note", [f"among fewer than {FEW} submissions, points alone can tell who is who"])
    return anonymous, names


def _settings(form: Format, batch: Batch, told: dict[str, str | bool | None]) -> Settings:
    from datetime import UTC, datetime

    from autograder.outputs.export.batch import Settings

    paths = {
        name: None if told[name] is None else Path(str(told[name]))
        for name in ("gradebook", "worksheet", "source")
    }
    if paths["source"] is not None and not paths["source"].is_dir():
        raise UsageError(f"--source {paths['source']}: there is no such folder.")
    # Only some formats ask for its points or its files; others are not to fail over a damaged assignment.toml.
    asked = form.names_people or "source" in form.takes
    assignment = at_hand(batch.assignment) if asked else None
    return Settings(
        **paths,
        column=str(told["column"] or ""),
        rescale=bool(told["rescale"]),
        output_format=str(told["output_format"] or "text"),
        leaderboard=bool(told["leaderboard"]),
        problem=str(told["problem"] or ""),
        files={} if assignment is None else {each.id: each.file for each in assignment.exercises},
        points=None if assignment is None else assignment.points,
        environment=os.environ,
        now=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _places(
    exported: Exported, form: Format, submissions: int, target: Path | None
) -> dict[Path, bytes | None]:
    """Return what goes into which file; None for a file of an earlier export that no longer holds."""
    from autograder.outputs.export.formats import EACH

    if form.files != EACH or submissions == 1:
        if target is None:
            if form.suffix == ".parquet" and sys.stdout.isatty():
                raise UsageError("parquet is nothing to look at. Give --out a file.")
            return {}
        if target.is_dir():
            raise UsageError(
                f"--out {target}: this is a folder, and {form.name} is one file. Give the file a name."
            )
        return {target: exported.files[0].content if exported.files else None}
    if target is None:
        raise UsageError(
            f"{form.name} is a file for each submission, and there are {submissions}. Give --out a folder."
        )
    if target.exists() and not target.is_dir():
        raise UsageError(
            f"--out {target}: this is a file, but there are {submissions} submissions. Give a folder."
        )
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out {target}: the folder cannot be made ({error.strerror}).") from error
    return {
        **{target / file.name: file.content for file in exported.files},
        **{target / name: None for name in exported.absent},
    }


def _keep(read: Sequence[Path], places: Iterable[Path]) -> None:
    """Raise `UsageError` if an export would replace a file that it is made from, by whatever name."""

    def identity(path: Path) -> tuple[int, int] | None:
        try:
            status = path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    known = {identity(path) for path in read} - {None}
    for path in places:
        if identity(path) in known:
            raise UsageError(f"--out: {path} is what the export is made from. Give it another place.")


def _write(places: Mapping[Path, bytes | None]) -> None:
    for path, content in places.items():
        if content is not None:
            _write_whole(path, content)
        elif path.is_file():
            try:
                path.unlink()
            except OSError as error:
                raise GraderError(
                    f"{path}: this result no longer holds, but it cannot be removed ({error.strerror}). Remove it."
                ) from error
            tell("note", [f"{path}: removed, for this submission has no result now"])


def _show(content: bytes) -> None:
    if sys.stdout.isatty():
        text = content.decode("utf-8")
        click.echo(visible(text, lines=True, longest=10 * len(text), most_lines=len(text)), nl=False)
        return
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise GraderError(
            f"the output cannot be written: {error.strerror}. Give --out another place."
        ) from error


def _write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    from autograder.outputs.whole_file import whole_bytes

    with whole_bytes(path, mode=mode) as stream:
        stream.write(content)
