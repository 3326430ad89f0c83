"""The thread that watches a test where there are no signals: what it writes down is there whenever one looks."""

from __future__ import annotations

import subprocess
import sys
import textwrap

PROGRAM = textwrap.dedent(
    """
    import os, sys, tempfile, threading
    from autograder.jail.guest.load import ROOT, Sources
    from autograder.jail.guest.runtime import Runtime
    from autograder.jail.guest.vigil import Vigil

    file = tempfile.TemporaryFile()
    vigil = Vigil(Runtime(Sources({})), file.fileno())
    code = compile("def wait():\\n    report()\\n", ROOT + "ex.py", "exec")
    space = {"report": vigil._report}
    exec(code, space)
    space["wait"]()
    seen, over = set(), threading.Event()
    def look():
        while not over.is_set():
            seen.add(os.pread(file.fileno(), 1000, 0))
    reader = threading.Thread(target=look)
    reader.start()
    sys.setswitchinterval(1e-6)
    for _ in range(3000):
        space["wait"]()
    over.set()
    reader.join()
    print(seen)
    os._exit(0)
    """
)


def test_report_of_where_a_program_waits_is_never_missing_once_it_was_written():
    """The trusted side ends the process without a word, perhaps just while the report is being written anew."""
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)

    assert run.stdout.strip() == """{b'  File "/submission/ex.py", line 2 in wait\\n'}""", run.stderr
