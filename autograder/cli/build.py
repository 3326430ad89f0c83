"""``autograder build``: an assignment in, what another system runs out."""
