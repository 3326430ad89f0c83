"""``autograder gradescope``: try out here what Gradescope would run."""
