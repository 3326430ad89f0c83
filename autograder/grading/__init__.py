"""One submission, one suite: run the hidden tests with pytest and turn what happened into a report.

`run_suite` grades submissions one after another in one pytest session: the suite is collected once and its tests are
run again for each submission. `probe_jail` tells beforehand whether the jail works.
"""

from .suite import run_suite

__all__ = ["run_suite"]
