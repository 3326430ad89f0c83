"""Many submissions at once.

In: an assignment, submissions, options. Out: one `autograder.model.SubmissionReport` per submission, handed on as soon
as it is there and then forgotten. `local` grades with worker processes of this machine; `worker` is what such a process
runs; `wire` is the form in which values travel between the two (JSON lines, never pickles).

An engine loses nothing: whatever happens to a worker, each submission gets exactly one report.
"""

from autograder.engines.local import grade_all

__all__ = ["grade_all"]
