"""What the hostile programs of this folder are graded with.

``samples`` reads them and what each says about itself; ``settings`` is the list of jails and users under which they are
graded; ``restrict`` starts a grader with fewer rights than it was given here; ``transplant`` puts the kit where an
ordinary user can read it; ``canaries`` plants what must not be found; ``grading`` is one whole run of
``autograder grade`` with all that was seen of it.
"""
