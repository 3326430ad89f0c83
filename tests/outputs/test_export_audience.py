"""What students see of a report: as much as visibility and reveal level of each test allow, at that moment."""

import itertools
from decimal import Decimal

import pytest
from export_course import damaged, failed_by_us, make_exercise, make_report, make_test, zoe
from hypothesis import given
from hypothesis import strategies as st

from autograder.model import REVEALS, VISIBILITIES, Finding, Outcome
from autograder.outputs.export.audience import HIDDEN, OUR_FAULT, for_students
from autograder.outputs.export.batch import AS_OF
from autograder.outputs.export.explanation import explanation

TEXTS = ("TITLE", "ordering", "did not come", "MESSAGE", "HINT", "2.5 s")


def one(visibility="visible", reveal="message", outcome=Outcome.TIMED_OUT):
    test = make_test(
        "x", "1", "3", outcome, visibility=visibility, reveal=reveal, title="TITLE", message="MESSAGE", hint="HINT",
        virtual_seconds=2.5,
    )  # fmt: skip
    return make_report("a", make_exercise("1", test))


@pytest.mark.parametrize(
    ("reveal", "seen"),
    [
        ("nothing", ()),
        ("concept", ("TITLE", "ordering", "did not come")),
        ("message", ("TITLE", "ordering", "did not come", "MESSAGE", "HINT")),
        ("full", TEXTS),
    ],
)
@pytest.mark.parametrize("merge", [True, False])
def test_the_reveal_level_says_how_much_of_a_test_is_seen(reveal, seen, merge):
    (test,) = for_students(one(reveal=reveal), merge=merge).exercises[0].tests

    said = "\n".join(explanation(test))
    assert tuple(text for text in TEXTS if text in said) == seen
    assert (test.name, test.score, test.max_score) == ("test_x", 0, 3)


def test_of_a_test_that_reveals_nothing_not_even_the_kind_of_failure_is_seen():
    outcomes = {
        for_students(one(reveal="nothing", outcome=outcome)).exercises[0].tests[0].outcome
        for outcome in Outcome
        if outcome not in (Outcome.PASSED, Outcome.GRADER_ERROR)
    }
    assert outcomes == {Outcome.FAILED}


@pytest.mark.parametrize(("as_of", "seen"), list(zip(AS_OF, ({3}, {1, 3}, {1, 2, 3}), strict=True)))
def test_visibility_says_from_when_a_test_is_seen(as_of, seen):
    for place, visibility in enumerate(VISIBILITIES):
        report = for_students(one(visibility=visibility), as_of=as_of)
        assert bool(report.exercises[0].tests) == (place in seen)
        assert (report.exercises[-1].id == HIDDEN) == (place not in seen)


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(VISIBILITIES),
            st.sampled_from(REVEALS),
            st.booleans(),
            st.decimals(0, 9, places=2),
        ),
        max_size=6,
    ),
    as_of=st.sampled_from(AS_OF),
)
def test_hidden_tests_count_whatever_is_hidden(rows, as_of):
    tests = [
        make_test(
            str(n), "1", str(worth), Outcome.PASSED if passed else Outcome.FAILED, visibility=v, reveal=r
        )
        for n, (v, r, passed, worth) in enumerate(rows)
    ]
    report = make_report("a", make_exercise("1", *tests))
    seen = for_students(report, as_of=as_of)

    def total(report, what):
        return sum((getattr(test, what) for each in report.exercises for test in each.tests), Decimal(0))

    assert (seen.score, seen.max_score) == (report.score, report.max_score)
    assert total(seen, "score") == total(report, "score")
    assert total(seen, "max_score") == total(report, "max_score")
    assert sum(len(each.tests) for each in seen.exercises if each.id == HIDDEN) <= 1


def test_notes_and_evidence_are_the_teachers_and_findings_follow_the_tests_of_their_exercise():
    seen = for_students(zoe())
    assert (seen.notes, seen.evidence) == ((), ())
    assert [finding.exercise for finding in seen.findings] == ["1"]

    finding = Finding(code="x", concept="cleanup", exercise="1", line=1, message="m")
    for visibility, reveal in itertools.product(VISIBILITIES, REVEALS):
        report = make_report(
            "a",
            make_exercise("1", make_test("x", "1", "1", visibility=visibility, reveal=reveal)),
            findings=(finding,),
        )
        for merge in (True, False):
            shown = for_students(report, merge=merge).findings
            assert bool(shown) == (visibility == "visible" and reveal in ("message", "full"))


def test_a_student_hears_that_an_archive_is_damaged_but_not_which_test_of_ours_has_failed():
    assert for_students(damaged()).reason == "the archive is damaged"

    ours = for_students(failed_by_us())
    assert ours.reason == OUR_FAULT
    assert not [test for exercise in ours.exercises for test in exercise.tests]
