"""Teach and grade async Python: hidden pytest suites outside a jail, student code inside, one virtual clock.

The folders stand in the order in which a submission travels::

    catalogue/   assignments on disk              -> model.Assignment
    release/     what students get                   (skeletons and bundles, made from the solutions)
    intake/      what students hand in            -> model.Submission
    jail/        student code runs here: host/ (trusted side), guest/ (inside, standard library only)
    testing/     what a hidden test may use: the plugin, the ``student`` proxy, the clock, ``Spy``
    audit/       does a suspect do on the real clock what it was given points for?
    grading/     one submission, one suite        -> model.SubmissionReport
    engines/     many submissions at once
    outputs/     reports; export/: files for other systems, send/: grades over the network
    pipeline.py  the steps above, in order (read this first)
    cli/         the commands: ``autograder grade`` and its like

Around that way::

    doctor/      can this machine lock code in?      (its jails, attacked from inside)
    validation/  is the exercise itself sound?       (samples, mutants, seeds, schedules)
    scaffolding/ a new exercise to begin from
    nbgrader/    exercises into a course of nbgrader, scores into its gradebook
    gradescope/  an autograder that runs inside Gradescope, and a container to try it out in

Below all of them lie ``model`` (the values that travel), ``errors`` and ``escape``; ``scoring`` and ``lateness`` count
points, ``publishing`` proves and writes a bundle, ``notebook`` is what a test cell of a notebook asks.

The trust boundary is `jail`: no byte that a student wrote is executed on the near side of it, and no test,
expected value or other submission ever crosses to the far side.
"""

__version__ = "0.1.0"
