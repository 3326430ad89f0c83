"""Assignments on disk -> `autograder.model.Assignment`.

An assignment is a folder ``assignments/<id>/`` with an ``assignment.toml``; its reference files lie in
``solutions/<id>/`` and its hidden tests in ``tests/hidden/<id>/`` of the same clone. `find` knows where to look,
`settings` reads and checks one ``assignment.toml``, `choose` decides which assignment a run is about. `bundle` reads
the folder in which a student works, which has the public half only.

Whatever is wrong is a `ConfigurationError` that names the file, the key, what stands there and what may stand there.
"""

from autograder.catalogue.bundle import Blank, Bundle, find_bundle, find_incomplete, read_bundle
from autograder.catalogue.choose import choose_assignment
from autograder.catalogue.find import find_root, list_assignments, load_assignment

__all__ = [
    "Blank",
    "Bundle",
    "choose_assignment",
    "find_bundle",
    "find_incomplete",
    "find_root",
    "list_assignments",
    "load_assignment",
    "read_bundle",
]
