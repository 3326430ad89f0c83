"""The jail: where a student's code runs.

`host` is the trusted side: it starts one jail per submission and one forked child per test. `guest` is the far
side: it imports only the standard library, `protocol`, `values` and `limits`, and is all of this kit that a jail can
see. Between them go length-prefixed JSON frames (`protocol`) with plain `values` in them, never pickles, and never a
test or an expected value.
"""
