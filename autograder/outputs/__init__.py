"""Reports for other systems: one module per form of output.

In: `autograder.model` reports. Out: text, or files that are written whole or not at all. `json_report` is the contract
that other programs rely on; `json_class` gathers one document for a whole class without holding it in memory;
`json_folder` writes a file for each submission. They hold everything that was found: they are the teacher's.
"""

from autograder.outputs.json_class import JsonClass
from autograder.outputs.json_folder import JsonFolder
from autograder.outputs.json_report import to_document

__all__ = ["JsonClass", "JsonFolder", "to_document"]
