"""What the doctor keeps in sight while it attacks a jail, and what is left of that afterwards."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from autograder.doctor.processes import adopting_orphans, is_running, wait_until_gone

LEAVE_A_CHILD = "import os; pid = os.fork(); pid or os._exit(0); print(pid)"

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can give orphans another parent")


@on_linux
def test_an_adopted_process_that_has_ended_is_buried() -> None:
    """Its record would count against the limit of its user for as long as we live."""
    with adopting_orphans():
        orphan = int(subprocess.check_output([sys.executable, "-c", LEAVE_A_CHILD]))
        assert not wait_until_gone([orphan], 5)
        assert os.path.exists(f"/proc/{orphan}"), "this test needs the record of a process that has ended"

    assert not is_running(orphan)
    assert not os.path.exists(f"/proc/{orphan}")


@on_linux
def test_children_of_our_own_are_left_to_whoever_started_them() -> None:
    child = subprocess.Popen([sys.executable, "-c", "raise SystemExit(7)"])
    wait_until_gone([child.pid], 5)

    with adopting_orphans():
        pass

    assert child.wait() == 7
