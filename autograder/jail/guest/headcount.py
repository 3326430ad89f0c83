"""The limit on threads where the kernel's own would count other processes of the same user as well.

A test's child asks for each thread (a seccomp notification: the system call waits for an answer), and the zygote, which
no student's code runs in, counts the child's threads and says yes or no. Structures and numbers are the kernel's
(linux/seccomp.h, version 5.5).
"""

from __future__ import annotations

import fcntl
import os
import select
import socket
import struct

_NOTIFY_RECEIVE, _NOTIFY_SEND = 0xC0502100, 0xC0182101
_REQUEST = struct.Struct("=QIIi60x")
_ANSWER = struct.Struct("=QqiI")
_GO_ON = 1
_EAGAIN = 11
_TASK_LINKS = 2
"""Links of the folder /proc/PID/task besides those of its threads."""


class Headcount:
    """The children whose threads are counted. Nothing is asked of it, and it costs nothing, while there are none."""

    def __init__(self) -> None:
        self._watched: dict[int, _Watch] = {}

    def watch(self, pid: int, line: socket.socket, threads: int) -> None:
        """Wait for a new child's descriptor, and answer on it from now on.

        ``threads`` are allowed besides its first.
        """
        _, descriptors, _, _ = socket.recv_fds(line, 1, 1)
        line.close()
        for descriptor in descriptors:
            self._watched[descriptor] = _Watch(pid, descriptor, threads)

    def forget(self, pid: int) -> None:
        """Let go of a child that has ended."""
        for descriptor in [each for each, watch in self._watched.items() if watch.pid == pid]:
            del self._watched[descriptor]
            os.close(descriptor)

    def attend(self, control: int) -> None:
        """Answer what children ask until something comes in on ``control``."""
        while self._watched:
            poll = select.poll()
            poll.register(control, select.POLLIN)
            for descriptor in self._watched:
                poll.register(descriptor, select.POLLIN)
            ready = dict(poll.poll())
            if control in ready:
                return
            for descriptor, event in ready.items():
                if event & select.POLLIN:
                    self._watched[descriptor].answer()
                else:
                    self.forget(self._watched[descriptor].pid)


class _Watch:
    def __init__(self, pid: int, descriptor: int, threads: int) -> None:
        self.pid = pid
        self._descriptor = descriptor
        self._threads = threads
        self._granted = 0

    def answer(self) -> None:
        """Answer one request. A child that was killed while it asked needs none."""
        request = bytearray(_REQUEST.size)
        try:
            fcntl.ioctl(self._descriptor, _NOTIFY_RECEIVE, request)
            number = _REQUEST.unpack(request)[0]
            granted = self._count() < self._threads
            self._granted += granted
            answer = _ANSWER.pack(number, 0, 0, _GO_ON) if granted else _ANSWER.pack(number, 0, -_EAGAIN, 0)
            fcntl.ioctl(self._descriptor, _NOTIFY_SEND, answer)
        except OSError:
            pass

    def _count(self) -> int:
        """Return how many threads there are besides the first, or were begun where /proc does not tell."""
        try:
            return os.stat(f"/proc/{self.pid}/task").st_nlink - _TASK_LINKS - 1
        except OSError:
            return self._granted
