"""The far side: what runs inside the jail, beside the student's code.

It is a mouthpiece, not a witness: the student's code shares the interpreter with it and could make it say anything.
So it holds nothing worth stealing, and the trusted side believes only what a forger would have to compute anyway.
Imports: the standard library, and `protocol`, `values` and `limits` of `autograder.jail`; nothing else.

``zygote`` prepares one submission and forks a child per test; ``runtime`` is that child: ``loop`` and ``clock`` are
its virtual time, ``threads`` its threads, ``record`` its timeline, ``serve`` answers the trusted side. Where no process
can be forked, ``single`` is the child; ``vigil`` watches its time, and ``refusal`` says no, in the kernel's place.
"""
