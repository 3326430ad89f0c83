"""``python -m autograder.gradescope``: grade the one submission that lies in ``/autograder``."""

import sys

from autograder.gradescope.run import main

sys.exit(main(sys.argv[1:]))
