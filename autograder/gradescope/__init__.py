"""An autograder inside Gradescope: what is uploaded, what runs there, and a place to try it out here.

::

    here             packing     assignment -> a zip: setup.sh, run_autograder, wheel, locked dependencies, hidden tests
    image build      templates/setup.sh        a Python new enough, the kit, everything that a network is needed for
    each submission  templates/run_autograder  -> run: metadata -> limit -> intake -> pipeline -> results
    here             container   the same in a root folder of this machine; `schema` judges what came out

`layout` has the paths and names that these agree on. Student code runs in the Landlock jail, or in the chroot jail
where there is no Landlock, under a user id of its own. ``results.json`` is there at every moment: a valid one that says
that grading did not finish lies there before anything else happens.
"""
