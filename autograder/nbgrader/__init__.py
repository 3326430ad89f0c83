"""Courses that live in nbgrader: our exercises as its assignments, our scores in its gradebook.

Out: `course` writes the source notebooks of an assignment (`source`, with the marks of `regions`) and proves them.
In: `bulk` grades what lies in ``submitted/`` with our engine, without starting a kernel, and hands each report to
`gradebook`, `autograded` and `feedback`, which write what nbgrader itself would have written. `settings` reads where
all that lies. `kernel` is the process that a test cell asks (`autograder.notebook`), and `plugin` exports for
``nbgrader export``.

Nothing else imports nbgrader, and only this package, `autograder.release` and `autograder.intake` know notebooks:
the extra "notebook" installs what they need. `import_extra` says so where it is missing.
"""
