"""A new exercise, ready to be edited: what `autograder new LECTURE/EXERCISE` writes.

Comes in: a name such as ``lecture30/ex30_1_retry``, and the folder of a course, which may still be empty. Goes out: a
small async exercise that is sound as it is (`autograder validate` finds nothing): reference and skeleton, hidden and
public tests, one right and one wrong sample. Its author edits it until it is another one::

    names       the name -> lecture, module, id, title
    shares      the points of the exercise -> what each blank and each test is worth
    rendering   the files of the exercise, from templates/*.in
    plan        which files come into being, and which are extended, in memory
    extension   an assignment that is there already gets one more exercise
    writing     all files or none; nothing is ever overwritten

`plan_exercise` and `write` are what a command needs.
"""

from autograder.scaffolding.names import ExerciseName, parse_name
from autograder.scaffolding.plan import Plan, find_course, plan_exercise
from autograder.scaffolding.writing import write

__all__ = ["ExerciseName", "Plan", "find_course", "parse_name", "plan_exercise", "write"]
