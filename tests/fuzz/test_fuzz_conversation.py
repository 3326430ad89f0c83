"""Whatever a jail says, a test hears exact plain values, errors of the student's, or one failure that sticks."""

import contextlib
import json
import socket
import threading
import tracemalloc

import pytest
from conversation import LIMITS, MOST_SECONDS, Child, converse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scripts import HONEST, STATE, answer, baton, corpus, honest, ok

from autograder.jail.host.wire import TestChannel
from autograder.jail.limits import JailLimits
from autograder.testing.clock import World
from autograder.testing.failures import JailDied, StudentFailure, StudentFlooded, StudentTooSlow, where_raised
from autograder.testing.link import Link

# As in grading: that a test lets go of a coroutine, since a jail sent it where none belongs, is no fault of its own.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")

quick = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))

STEPS = "".join(sorted({step for script in HONEST.values() for step in script[0]}))


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_conversation_goes_well(name):
    heard = converse(honest()[name])

    assert type(heard.failure).__name__ == ("StudentStuck" if name in ("stuck", "deadlock") else "NoneType")
    assert heard.values


def test_what_the_fuzzer_has_found_stays_mended():
    scripts = corpus()
    for script in scripts:
        assert converse(script).seconds < MOST_SECONDS, script[:200]

    assert scripts


steps = st.text(st.sampled_from(STEPS), min_size=1, max_size=8)


@given(steps, st.lists(st.binary(max_size=60), max_size=4))
@quick
def test_any_bytes(letters, frames):
    script = letters.encode() + b"\n" + b"\n".join(frame.replace(b"\n", b" ") for frame in frames)

    assert converse(script).seconds < MOST_SECONDS


@given(st.sampled_from(sorted(HONEST)), st.data())
@quick
def test_honest_messages_with_a_few_bytes_changed(name, data):
    script = bytearray(honest()[name])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(script)))
        cut = data.draw(st.integers(0, 12))
        script[place : place + cut] = data.draw(st.binary(max_size=4) | st.sampled_from(PIECES))

    assert converse(bytes(script)).seconds < MOST_SECONDS


PIECES = [
    *(
        b"null",
        b"true",
        b"-1",
        b"0",
        b"1e999",
        b"9" * 30,
        b'""',
        b"[]",
        b"{}",
        b"TAG",
        b'"h"',
        b'"e"',
        b'"x"',
        b"]",
    ),
    *(
        b'["l",[]]',
        b'["i","0x' + b"f" * 20_000 + b'"]',
        b'"\\ud800"',
        b"[[",
        b",",
        b'"beyond"',
        b'{"a":1,"a":1}',
    ),
]

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-5, 10)
    | st.sampled_from(
        [2**53, 2**63, -(2**70), 1.5, "", "x", "ValueError", "SystemExit", "TAG", "\ud800", "x" * 300]
    )
)
tags = st.sampled_from([*"ltszdbifchex", "q", "", 1, None])
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=2), inner, max_size=2)
        | st.builds(lambda tag, rest: [tag, *rest], tags, st.lists(inner, max_size=3))
    ),
    max_leaves=12,
)


@st.composite
def altered(draw, message):
    """An honest message of which one part, at any depth, is another thing."""
    place = message = json.loads(message)
    while isinstance(place, list) and place:
        index = draw(st.integers(0, len(place) - 1))
        if not isinstance(place[index], list) or not place[index] or draw(st.integers(0, 2)) == 0:
            place[index] = draw(anything)
            if draw(st.booleans()):
                place.insert(index, draw(leaves))
            break
        place = place[index]
    return json.dumps(message)


@given(st.sampled_from(sorted(HONEST)), st.data())
@quick
def test_honest_messages_of_which_one_part_is_another(name, data):
    letters, *frames = HONEST[name]
    chosen = data.draw(st.integers(0, len(frames) - 1))
    frames[chosen] = data.draw(altered(frames[chosen].replace("TAG", '"TAG"'))).replace('"TAG"', "TAG")

    assert converse("\n".join([letters, *frames]).encode("utf-8", "surrogatepass")).seconds < MOST_SECONDS


@given(anything)
@quick
@example(["s", [["l", []]]])
@example(["e", 1, 0, [[0, "IncompleteReadError", []]], [None, 1], "", [], None, []])
@example(["e", 1, 0, [[0, "UnicodeDecodeError", []]], ["a", 1], "", [], None, []])
@example(["e", 1, 4, [[0, "ValueError", []]], [], "", [], None, []])
@example(["h", 1, "beyond", "list", [], "messages", None])
def test_any_value_in_the_place_of_a_result(value):
    body = json.dumps(value)
    for outcome in (ok(body), f'["error",{body}]'):
        assert converse(f"sgig\n{answer(outcome)}\n{answer(ok('1'))}".encode()).seconds < MOST_SECONDS


LIES = {
    "an answer with an old tag": ["s", answer(ok("1")).replace("TAG", "1")],
    "the same answer twice": ["ss", answer(ok("1")), answer(ok("1")).replace("TAG", "100000000000000")],
    "another kind of answer": ["s", baton()],
    "an answer to no call": ["c", baton('[["ret",2,["ok",1],0]]')],
    "an answer to a call that was answered": ["cz", baton('[["ret",1,["ok",1],0],["ret",1,["ok",2],0]]')],
    "time that runs backwards": ["cts", baton(), answer(ok("1"))],
    "time beyond the limit": ["s", answer(ok("1"), state=f"[{3 * LIMITS.virtual_ns},null,false]")],
    "an event out of time": ["s", answer(ok("1"), f'[[{10**17},"print","",0,"x"]]')],
    "an event before its time": [
        "ts",
        answer(ok("1"), '[[0,"print","",0,"x"]]', state="[1000000000,null,false]"),
    ],
    "an event after its time": ["s", answer(ok("1"), '[[1,"print","",0,"x"]]')],
    "an event of no kind": ["s", answer(ok("1"), '[[0,"passed","",0,"x"]]')],
    "an event at no line": ["s", answer(ok("1"), '[[0,"lost","",-1,"x"]]')],
    "a question to nobody": ["c", baton('[["cb",1,99,"await",[],{}]]')],
    "the same question twice": ["c", baton('[["cb",1,2,"await",[],{}],["cb",1,2,"await",[],{}]]')],
    "a question that was not asked is withdrawn": ["c", baton('[["cbcancel",1,null]]')],
    "a task that is none is cancelled": ["c", baton('[["cancelled_you",9]]')],
    "an object that was never sent": ["s", answer(ok('["x",99]'))],
    "a handle within what it is too large for": [
        "s",
        answer(ok('["l",[["h",1,"beyond","list",[],"value_kb",null]]]')),
    ],
    "an exception that is a value": ["s", answer('["error",1]')],
    "an exception within itself": [
        "s",
        answer('["error",' + '["e",1,0,[[0,"ValueError",[]]],[],"",[],' * 20 + "null" + ",[]]" * 20 + "]"),
    ],
    "a class that is its own base": ["s", answer('["error",["e",1,0,[[1,"A",[0]]],[],"",[],null,[]]]')],
    "an answer that is neither yes nor no": [
        "lsi",
        answer(ok('["h",1,"class","A",[],"A",null]')),
        *[answer(ok("1"))] * 2,
    ],
    "a report that is none": ["p", answer(ok('["d",[["status","0"],["error",""],["where",["l",[]]]]]'))],
    "leftovers that are none": ["r", answer(ok('["d",[["pending",["l",[1]]]]]'))],
    "a frame that is announced too long": ["s", "RAW\x7f\x7f\x7f\x7f"],
    "half a frame": ["s", "RAW\0\0\0\x50[1,2"],
    "nothing": ["s"],
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_ends_the_conversation_for_good(name):
    heard = converse("\n".join(LIES[name]).encode())

    assert type(heard.failure) is JailDied
    assert ("not the protocol" in str(heard.failure)) == (name not in ("half a frame", "nothing"))


FLOODS = {
    "messages": ["c", *[f'["scb",1,[],{{}},{STATE},[],[]]'] * 300],
    "news": ["c", baton("[" + ",".join(f'["cb",{n},2,"await",[],{{}}]' for n in range(1, 300)) + "]")],
    "output": ["s", answer(ok("1"), f'[[0,"print","",0,"{"x" * (LIMITS.output_bytes + 1)}"]]')],
    "items": ["s", answer(ok(f'["l",[{",".join(["0"] * 501)}]]'))],
    "text": ["s", answer(ok(f'"{"x" * 5001}"'))],
    "depth": ["s", answer(ok('["l",[' * 9 + "]]" * 9))],
    "number": ["s", answer(ok(f'["i","0x{"f" * 17_000}"]'))],
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_ends_at_a_limit_that_is_named(name):
    heard = converse("\n".join(FLOODS[name]).encode())

    assert type(heard.failure) is StudentFlooded
    assert "limit (" in str(heard.failure)


def test_bytes_without_end_end_at_a_limit_that_is_named():
    frame = f'["scb",1,["{"x" * 4000}"],{{}},{STATE},[],[]]'

    heard = converse("\n".join(["c", *[frame] * 600]).encode(), LIMITS_FOR_BYTES)

    assert str(heard.failure) == "protocol limit (1 MB): its process sends without end"


LIMITS_FOR_BYTES = JailLimits(messages=10_000, protocol_bytes=2**20, value_chars=5_000)


def error_form(number):
    return f'["e",{number},0,[[0,"ValueError",[]]],["x"],"x",[],null,[]]'


NOTHING, EVENT = '["l",[]]', '[0,"created","t",1,""]'
SWELLING = {
    "exceptions": answer(ok(f'["l",[{",".join(map(error_form, range(1, 8_000)))}]]')),
    "lists": answer(ok(f'["l",[{",".join([NOTHING] * 19_999)}]]')),
    "lists without end": f"[{'[],' * 1_000_000}1]",
    "events": answer(ok("1"), f"[{','.join([EVENT] * 30_000)}]"),
    "questions": baton(
        "[" + ",".join(f'["cb",{number},2,"await",[],{{}}]' for number in range(1, 4_000)) + "]"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SWELLING)
def test_short_messages_do_not_swell_in_memory(name):
    script = f"{'c' if name == 'questions' else 's'}\n{SWELLING[name]}".encode()
    tracemalloc.start()
    converse(script, JailLimits())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 40 * 2**20


@given(st.lists(st.binary(max_size=40) | st.sampled_from(PIECES), max_size=6), st.booleans())
@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
def test_garbage_on_a_real_line(pieces, framed):
    """A jail that writes, then hangs up; once it is silent the wall limit ends the test."""
    ours, theirs = socket.socketpair()
    child = Child([], LIMITS)
    child.channel = TestChannel(ours, JailLimits(wall_seconds=0.2), lambda: False)
    link = Link(World(), child)

    def garble():
        with contextlib.suppress(OSError):
            theirs.recv(65_536)
            for piece in pieces:
                theirs.sendall((len(piece).to_bytes(4, "big") if framed else b"") + piece)
            theirs.shutdown(socket.SHUT_WR)

    jail = threading.Thread(target=garble)
    jail.start()
    with pytest.raises(StudentFailure):
        link.sync("getattr", 1, ("name",))
    jail.join()
    theirs.close()

    assert isinstance(link.failure, (JailDied, StudentTooSlow))
    assert not link.alive


def test_what_a_student_raised_is_marked_as_the_students():
    heard = converse(honest()["values"])

    assert [where_raised(error)[-1][:2] for error in heard.errors] == [("ex.py", 3)]
