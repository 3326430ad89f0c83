"""Frames and values: what goes over comes out alike, and no bytes whatever do more than raise what refuses them."""

import functools
import json
import math
import socket
import sys
import threading
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.jail.host.wire import MAX_NESTING, LimitReached, TestChannel, refuse_bombs
from autograder.jail.limits import JailLimits
from autograder.jail.protocol import (
    MAX_FRAME,
    Channel,
    ChannelClosed,
    ChannelTimeout,
    ProtocolError,
    TooLarge,
    parse,
)
from autograder.jail.values import Codec

LIMITS = JailLimits()


class Plain(Codec):
    def __init__(self, limits=LIMITS):
        super().__init__(limits)

    def encode_beyond(self, value, limit):
        return ["h", 1, "beyond", type(value).__name__, [], limit, None]

    def decode_other(self, tag, data, budget, depth):
        raise ProtocolError(tag)


leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
keys = st.none() | st.booleans() | st.integers() | st.text() | st.tuples(st.integers(), st.text())
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(keys, max_size=4)
        | st.frozensets(keys, max_size=4)
    ),
    max_leaves=20,
)


def same(left, right):
    if type(left) is not type(right):
        return False
    if type(left) in (list, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if type(left) is dict:
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    return left == right and (type(left) is not float or math.copysign(1, left) == math.copysign(1, right))


@given(values)
@settings(deadline=None)
def test_plain_values_come_out_as_they_went_in(value):
    codec = Plain()

    assert same(codec.decode(parse(json.dumps(codec.encode(value)).encode())), value)


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_a_document_or_a_protocol_error(body):
    try:
        parse(body)
    except ProtocolError:
        pass


documents = st.recursive(
    leaves.filter(lambda leaf: not isinstance(leaf, bytes))
    | st.sampled_from(["l", "d", "t", "s", "i", "f", "b", "c", "h", "e", "x"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=25,
)


@given(documents)
@settings(deadline=None)
def test_any_document_is_a_value_of_exact_types_or_refused(document):
    try:
        value = Plain().decode(document)
    except (ProtocolError, TooLarge):
        return
    assert exact(value)


def exact(value):
    if type(value) in (list, tuple, set, frozenset):
        return all(map(exact, value))
    if type(value) is dict:
        return all(exact(key) and exact(each) for key, each in value.items())
    return value is None or type(value) in (bool, int, float, str, bytes, complex)


def nested(levels):
    value: list = []
    for _ in range(levels - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        ([0] * 20_001, "value_items"),
        ([[0] * 7_000] * 3, "value_items"),
        (dict.fromkeys(range(20_001)), "value_items"),
        ("x" * 300_000, "value_kb"),
        (b"x" * 300_000, "value_kb"),
        ([["x" * 100_000] * 3], "value_kb"),
        (nested(25), "value_depth"),
        (2**65_536, "number"),
    ],
    ids=["items", "items in all", "entries", "text", "bytes", "text in all", "depth", "number"],
)
def test_what_is_beyond_a_limit_goes_under_its_name_only(value, limit):
    assert Plain().encode(value) == ["h", 1, "beyond", type(value).__name__, [], limit, None]


@pytest.mark.parametrize(
    "value",
    [[0] * 20_000, dict.fromkeys(range(20_000)), "x" * 262_144, nested(24), 2**65_536 - 1],
    ids=["items", "entries", "text", "depth", "number"],
)
def test_what_is_just_within_a_limit_crosses(value):
    assert same(Plain().decode(Plain().encode(value)), value)


def test_a_value_that_holds_itself_goes_under_its_name_only():
    value: list = []
    value.append(value)

    assert Plain().encode(value)[5] == "value_depth"


@pytest.mark.parametrize(
    ("data", "limit"),
    [
        (["l", [0] * 20_001], "value_items"),
        (["d", [[i, 0] for i in range(20_001)]], "value_items"),
        (["t", ["x" * 200_000, "x" * 200_000]], "value_kb"),
        (["b", "00" * 300_000], "value_kb"),
        (["i", "0x" + "f" * 20_000], "number"),
        (functools.reduce(lambda inner, _: ["l", [inner]], range(25), 1), "value_depth"),
    ],
    ids=["items", "entries", "text", "bytes", "number", "depth"],
)
def test_a_jail_that_sends_more_than_a_value_may_hold_is_refused(data, limit):
    with pytest.raises(TooLarge) as caught:
        Plain().decode(data)
    assert caught.value.limit == limit


@pytest.mark.parametrize(
    "data",
    [
        *([], [1], {}, {"a": 1}, [[]], ["l"], ["l", 1], ["l", {}], ["l", "ab"], ["l", [], 1], ["q", 1]),
        *(["d", [[1]]], ["d", [1, 2]], ["d", {"a": 1}], ["d", [[["l", []], 1]]], ["s", [["l", []]]]),
        *(2**53, -(2**53), 10**18, float("inf")),
        *(["i", 5], ["i", "0x5"], ["i", "0x1_0000_0000_0000_00"], ["i", " 0x20000000000000"], ["i", "0X2"]),
        *(["i", "0x020000000000000"], ["i", "٣" * 20], ["b", "0"], ["b", "zz"], ["b", "00 00"], ["b", [0]]),
        *(
            ["f", "1.5"],
            ["f", "Infinity"],
            ["f", 1.5],
            ["f", []],
            ["c", "1", "2.0"],
            ["c", "1.0"],
            ["c", 1, 2],
        ),
        *(["c", "1_0.0", "0.0"], ["c", "0" * 10**6, "0.0"], ["z", [["s", [["s", []]]]]], [["l"], []]),
    ],
    ids=repr,
)
def test_a_form_that_is_not_exactly_one_of_the_protocols_is_refused(data):
    with pytest.raises(ProtocolError):
        Plain().decode(data)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[", b"nul", b"[NaN]", b"[Infinity]", b"[-Infinity]", b"\xff", b'"\xed\xa0\x80"', b"[1] [2]"),
        *(b'{"a": 1, "a": 2}', b'[{"b": {"a": 1, "a": 1}}]', b"[" * 100_000, b"9" * 5_000),
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_not_strictly_one_document_is_refused(body):
    with pytest.raises(ProtocolError):
        parse(body)


def colliding_ints(count):
    return [["i", hex(number * (2**61 - 1))] for number in range(1, count + 1)]


@pytest.mark.parametrize(
    "data",
    [
        ["s", colliding_ints(20_000)],
        ["d", [[key, 0] for key in colliding_ints(20_000)]],
        ["s", [["c", repr(1000003.0 * n), repr(-float(n))] for n in range(1, 20_001)]],
        ["z", [["t", [key, 1]] for key in colliding_ints(9_000)]],
        ["l", [["s", colliding_ints(100)] for _ in range(190)]],
    ],
    ids=["set", "dict", "complex", "tuples", "many sets"],
)
def test_sets_of_values_that_collide_cost_no_time(data):
    begin = time.process_time()
    with pytest.raises((ProtocolError, TooLarge)):
        Plain().decode(data)

    assert time.process_time() - begin < 0.5


def test_a_set_of_neighbours_on_a_grid_is_no_attack():
    grid = {(x, y) for x in range(-35, 35) for y in range(-35, 35)}  # hash(-1) is hash(-2)

    assert Plain().decode(Plain().encode(grid)) == grid


@pytest.mark.parametrize(
    "number", [2**53, -(2**53), 2**2000, 10**5000], ids=["small", "negative", "large", "huge"]
)
def test_large_integers_cross(number):
    codec = Plain()

    assert codec.decode(codec.encode(number)) == number


def channels(busy=None, **limits):
    ours, theirs = socket.socketpair()
    if busy is None:
        return Channel(ours), theirs
    return TestChannel(ours, JailLimits(**limits), busy), theirs


def test_a_frame_that_is_announced_too_long_is_refused_before_it_is_read():
    channel, peer = channels()
    peer.sendall((MAX_FRAME + 1).to_bytes(4, "big"))

    with pytest.raises(ProtocolError, match="at most"):
        channel.receive()
    with pytest.raises(TooLarge):
        channel.send("x" * (MAX_FRAME + 1))
    channel.close()
    peer.close()


@pytest.mark.parametrize("sent", [b"", b"\0\0", b"\0\0\0\x05ab"])
def test_a_channel_that_ends_in_the_middle_is_closed(sent):
    channel, peer = channels()
    peer.sendall(sent)
    peer.close()

    with pytest.raises(ChannelClosed):
        channel.receive()
    channel.close()


def test_silence_ends_at_the_wall_limit_and_busy_silence_later():
    asked = []
    channel, peer = channels(wall_seconds=0.05, busy=lambda: len(asked) < 2 and not asked.append(1))

    with pytest.raises(ChannelTimeout):
        channel.receive()
    assert len(asked) == 2
    channel.close()
    peer.close()


def test_a_peer_that_never_reads_cannot_block_a_sender():
    channel, peer = channels(wall_seconds=0.05, busy=lambda: False)

    with pytest.raises(ChannelTimeout):
        _repeat(lambda: channel.send("x" * 10**6))
    channel.close()
    peer.close()


def framed(body):
    return len(body).to_bytes(4, "big") + body


def feed(peer, data):
    """Send without end, from a thread that ends when nobody listens any more."""

    def send():
        try:
            while True:
                peer.sendall(data)
        except OSError:
            pass

    thread = threading.Thread(target=send)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("limits", "body", "reached", "frames"),
    [
        ({"protocol_bytes": 2**20, "value_chars": 2**16}, b'"' + b"x" * 2**17 + b'"', "protocol_mb", 21),
        ({"messages": 100}, b"[]", "messages", 101),
    ],
    ids=["bytes", "messages"],
)
def test_a_test_may_send_only_so_much_in_all(limits, body, reached, frames):
    channel, peer = channels(wall_seconds=20.0, busy=lambda: False, **limits)
    thread = feed(peer, framed(body))
    got: list[object] = []
    with pytest.raises(LimitReached) as caught:
        _repeat(lambda: got.append(len(channel.receive())))
    channel.close()
    peer.close()
    thread.join()

    assert (caught.value.limit, len(got)) == (reached, frames)


def test_a_frame_in_very_many_pieces_takes_no_more_memory_than_its_length():
    channel, peer = channels(wall_seconds=20.0, busy=lambda: False)
    peer.sendall((2**18).to_bytes(4, "big"))
    thread = feed(peer, b" ")
    tracemalloc.start()
    with pytest.raises(ProtocolError):
        channel.receive()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    channel.close()
    peer.close()
    thread.join()

    assert peak < 2 * 2**20


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 4_000_000,
        b"[" + b"[]," * 1_300_000 + b"1]",
        b"[" + b"1," * 2_000_000 + b"1]",
        b"[" + b"{}," * 1_300_000 + b"1]",
        b"[" + (b"[" * 200 + b"]" * 200 + b",") * 9_000 + b"1]",
        b'["' + b"]" * 1000 + b'",' + b"[" * (MAX_NESTING + 1) + b"]" * (MAX_NESTING + 1) + b"]",
        b'["' + b'\\"' * 1_900_000 + b"[" * 300,
    ],
    ids=["deep", "lists", "numbers", "objects", "deep lists", "hidden by a text", "endless text"],
)
def test_documents_that_would_take_memory_or_stack_are_refused_before_they_are_read(body):
    begin = time.process_time()
    try:
        refuse_bombs(body, LIMITS.frame_parts)
    except (ProtocolError, TooLarge):
        pass
    else:
        with pytest.raises(ProtocolError):
            parse(body)

    assert time.process_time() - begin < 1.0


@pytest.mark.parametrize("text", ["[" * 10_000, "]" * 10_000, "," * 200_000, '\\"[{' * 10_000])
def test_brackets_within_a_text_are_no_nesting(text):
    body = json.dumps(["l", [text] * 2]).encode()
    refuse_bombs(body, LIMITS.frame_parts)

    assert parse(body) == ["l", [text] * 2]


def test_numbers_without_end_are_not_read_whatever_the_suite_allows():
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        refuse_bombs(b"[]", 1000)
        with pytest.raises(ProtocolError):
            parse(b"9" * 1_000_000)
    finally:
        sys.set_int_max_str_digits(before)


def _repeat(action):
    while True:
        action()
