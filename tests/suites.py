"""A small hidden suite and a program for it, from which the tests of the plugin and of its rules are made."""

from lab import messages, outcomes

HEAD = """
    import asyncio, pytest, time
    from autograder.testing import Spy, check, check_lines, StudentFailure, StudentRaised
    pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("main"), pytest.mark.points(1)]
"""

STUDENT = """
    import asyncio, os
    class Yes:
        def __eq__(self, other): return True
        def __bool__(self): return True
    async def die(): os._exit(0)
    async def hang(): await asyncio.Event().wait()
    async def ok(): return 1
    async def opaque(): return Yes()
    async def fetch(n): return n
    def sync_fetch(n): return n
    async def swallow():
        try:
            return await fetch(1)
        except Exception:
            return "swallowed"
    async def swallow_all():
        try:
            return await fetch(1)
        except BaseException:
            return "swallowed"
    def swallow_sync():
        try:
            return sync_fetch(1)
        except BaseException:
            return "swallowed"
    async def use(): return await fetch(2)
    async def leave():
        asyncio.create_task(asyncio.sleep(5))
        asyncio.sleep(1)
"""


def rows(grade, body, student=STUDENT, **options):
    report = grade(HEAD + body, {"a": student}, points=options.pop("points", 1), **options)["a"]
    return outcomes(report), messages(report), report
