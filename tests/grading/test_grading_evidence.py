"""Evidence: one piece for each kind and exercise, in words, the most telling first, within bounds whatever comes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.evidence import CODES, COMPANIONS, MOST, evidence_of
from autograder.jail.guest import redflags
from autograder.model import Exercise
from autograder.testing.traces import Claims, Trace, traces_of

EXERCISES = tuple(
    Exercise(id=each, title="", file=f"ex{each}.py", points=Decimal(1)) for each in ("1", "2", "3")
)


def test_places_of_one_kind_are_told_together():
    flags = [
        ["inspects_frames", "ex2.py", 9, "sys._getframe"],
        ["inspects_frames", "ex2.py", 4, "f_back"],
        ["inspects_frames", "ex2.py", 12, "sys._getframe"],
        ["patches_library", "ex2.py", 20, "asyncio.sleep"],
    ]
    patched, frames = evidence_of(EXERCISES, flags, ())

    assert (patched.code, patched.exercise, patched.line) == ("patches_library", "2", 20)
    assert patched.message == "Assigns to parts of the standard library: asyncio.sleep (line 20)"
    assert (frames.code, frames.exercise, frames.line) == ("inspects_frames", "2", 4)
    assert frames.message.endswith(": f_back (line 4), sys._getframe (lines 9, 12)")


def test_what_was_seen_while_it_ran_is_set_off_from_what_the_file_says():
    flags = [["inspects_frames", "ex1.py", 9, "sys._getframe"]]
    traces = [
        Trace("1", "inspects_frames", 9, "sys._getframe"),
        Trace("1", "inspects_frames", 30, "gi_frame"),
        Trace("1", "inspects_frames", 30, "gi_frame"),
        Trace("1", "library_replaced", 0, "asyncio.sleep"),
    ]
    replaced, frames = evidence_of(EXERCISES, flags, traces)

    assert replaced.message.endswith(": asyncio.sleep (seen while it ran)")
    assert frames.message.endswith(": sys._getframe (line 9), gi_frame (line 30, seen while it ran)")


def test_facts_of_the_trusted_side_come_first():
    flags = [["patches_library", "ex1.py", 1, "time.sleep"]]
    found = evidence_of(EXERCISES, flags, [Trace("3", "wrote_to_protocol", 0, "")] * 5)

    assert [(each.code, each.exercise) for each in found] == [
        ("wrote_to_protocol", "3"),
        ("patches_library", "1"),
    ]
    assert found[0].message == CODES["wrote_to_protocol"]


def test_files_beside_the_exercises_are_named():
    (found,) = evidence_of(EXERCISES, [["tracing", "pack/tools.py", 7, "sys.settrace"]], ())

    assert (found.exercise, found.line) == ("1", 0)
    assert "in pack/tools.py: sys.settrace (line 7)" in found.message


def test_what_weighs_nothing_is_told_only_beside_something_else():
    mild = [[code, "ex1.py", 3, "x"] for code in sorted(COMPANIONS)]

    assert evidence_of(EXERCISES, mild, ()) == ()
    assert len(evidence_of(EXERCISES, [*mild, ["tracing", "ex2.py", 1, "x"]], ())) == len(mild) + 1


def test_the_number_of_pieces_and_of_places_is_bounded():
    flags = [[code, f"f{n}.py", line, f"w{line}"] for code in CODES for n in range(9) for line in range(50)]
    found = evidence_of(EXERCISES, flags, ())

    assert len(found) == MOST
    assert {each.code for each in found} <= set(list(CODES)[:3])
    assert all(each.message.endswith(" and 46 more") for each in found)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
rows = st.lists(
    st.tuples(
        st.sampled_from([*CODES, "unknown"]), st.text(max_size=9), st.integers(-9, 10**9), st.text()
    ).map(list)
)


@given(st.lists(junk) | rows, st.randoms(use_true_random=False))
def test_whatever_the_jail_lists_the_evidence_is_bounded_printable_and_in_one_order(flags, random):
    found = evidence_of(EXERCISES, flags, ())
    shuffled = list(flags)
    random.shuffle(shuffled)

    assert evidence_of(EXERCISES, shuffled, ()) == found
    assert all(each.code in CODES and len(each.message) < 1_500 for each in found)
    assert all(each.message.isprintable() for each in found)


def test_claims_of_the_jail_are_bounded_and_unknown_ones_are_left_out():
    claims = Claims()
    for number in range(10_000):
        claims.take(number, f"made_up {number}" + "x" * 1_000)
    claims.take(1, "")

    assert len(claims.rows()) <= 50
    assert evidence_of(EXERCISES, (), traces_of("1", claims, None)) == ()


@pytest.mark.parametrize("table", [redflags.MEMBERS.values(), [redflags.ATTRIBUTES]])
def test_every_code_of_the_jail_has_its_sentence(table):
    assert {code for each in table for code in each.values()} <= set(CODES)
