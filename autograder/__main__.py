"""``python -m autograder``: the command line, also where the script is not on the path."""

from autograder.cli import start

if __name__ == "__main__":
    start()
