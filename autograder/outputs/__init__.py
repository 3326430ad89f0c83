"""Reports for other systems and for people: one module per form of output.

In: `autograder.model` reports. Out: text, or files that are written whole or not at all. `json_report` is the contract
that other programs rely on; `json_class` gathers one document for a whole class without holding it in memory;
`json_folder` writes a file for each submission; `class_files` writes a page (`html_report`), a text (`markdown_report`)
and a table (`csv_scores`) that show the class, each a `class_file.ClassFile`. They hold everything that was found: they
are the teacher's. `feedback_page` is one student's page, `validation_page` that of `autograder validate`.

From stored reports, later: `export` makes files for other systems, also for students (a new format begins with a row in
`export.formats`), `send` takes grades to systems that have an API (a row in `send.senders`).

Each form passes every text through its own function of `autograder.escape` at the moment of writing.
"""

from autograder.outputs.class_files import ClassFiles
from autograder.outputs.json_class import JsonClass
from autograder.outputs.json_folder import JsonFolder
from autograder.outputs.json_report import to_document

__all__ = ["ClassFiles", "JsonClass", "JsonFolder", "to_document"]
