"""Frames and values: what goes over comes out alike, and no bytes whatever do more than raise `ProtocolError`."""

import json
import math
import socket
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.jail.host.wire import MAX_TEST_BYTES, TestChannel
from autograder.jail.protocol import (
    MAX_FRAME,
    Channel,
    ChannelClosed,
    ChannelTimeout,
    Codec,
    ProtocolError,
    TooLarge,
    parse,
)
from autograder.testing.link import _NONSENSE


class Plain(Codec):
    def encode_other(self, value):
        return ["h", 1, "object", type(value).__name__, [], "", None]

    def decode_other(self, tag, data):
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
def test_any_document_is_a_value_or_one_of_the_errors_that_kill_the_jail(document):
    try:
        Plain().decode(document)
    except _NONSENSE:
        pass


@pytest.mark.parametrize(
    "value",
    [[0] * 30_000, "x" * 300_000, b"x" * 300_000, [[["x" * 100_000] * 3]] * 2],
    ids=["nodes", "text", "bytes", "sum"],
)
def test_what_is_too_large_goes_as_a_handle(value):
    assert Plain().encode(value)[0] == "h"


def test_what_is_nested_too_deeply_goes_as_a_handle():
    value: list = []
    value.append(value)

    assert Plain().encode(value)[0] == "h"


@pytest.mark.parametrize(
    "number", [2**53, -(2**53), 2**2000, 10**5000], ids=["small", "negative", "large", "huge"]
)
def test_large_integers_cross(number):
    codec = Plain()

    assert codec.decode(codec.encode(number)) == number


def channels(**options):
    ours, theirs = socket.socketpair()
    return (TestChannel(ours, **options) if options else Channel(ours)), theirs


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


def test_a_test_may_send_only_so_much_in_all():
    channel, peer = channels(wall_seconds=20.0, busy=lambda: False)
    body = b'"' + b"x" * (2**20) + b'"'
    frame = len(body).to_bytes(4, "big") + body

    def flood():
        try:
            while True:
                peer.sendall(frame)
        except OSError:
            pass

    thread = threading.Thread(target=flood)
    thread.start()
    frames: list[object] = []
    with pytest.raises(ProtocolError, match="in one test"):
        _repeat(lambda: frames.append(len(channel.receive())))
    channel.close()
    peer.close()
    thread.join()

    assert len(frames) == MAX_TEST_BYTES // len(frame)


def _repeat(action):
    while True:
        action()
