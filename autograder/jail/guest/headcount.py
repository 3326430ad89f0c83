"""The limit on threads where the kernel's own would count other processes of the same user as well.

A test's child asks for each thread (a seccomp notification: the system call waits for an answer), and a process beside
the zygote, which no student's code runs in, counts the child's threads and says yes or no. It is not the zygote itself:
when a child's end is noticed depends on how busy the machine is, and whatever the zygote does then would move the
objects of the next child to other places, and so change the order of its sets. Structures and numbers are the kernel's
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
_CHILD = struct.Struct("=ii")
_GO_ON = 1
_EAGAIN = 11
_TASK_LINKS = 2
"""Links of the folder /proc/PID/task besides those of its threads."""


class Headcount:
    """The zygote's end: a process that answers for the children that it is told of. It costs nothing while unused."""

    def __init__(self, control: int) -> None:
        """``control`` is the zygote's socket, which the process must not keep open."""
        self._line, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                self._line.close()
                os.close(control)
                _Answers(theirs).give()
            finally:
                os._exit(0)
        theirs.close()

    def watch(self, pid: int, line: socket.socket, threads: int) -> None:
        """Let it take a new child's descriptor out of ``line``; ``threads`` are allowed besides the child's first."""
        with line:
            socket.send_fds(self._line, [_CHILD.pack(pid, threads)], [line.fileno()])

    def end(self) -> None:
        """End the process and wait for it: where nobody else does, the dead count against the user's processes."""
        self._line.close()
        os.waitpid(self._pid, 0)


class _Answers:
    """What the process does: it answers the children's requests until the zygote is gone."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._watched: dict[int, _Watch] = {}

    def give(self) -> None:
        while True:
            poll = select.poll()
            for descriptor in (self._line.fileno(), *self._watched):
                poll.register(descriptor, select.POLLIN)
            for descriptor, event in poll.poll():
                if descriptor == self._line.fileno():
                    if not self._take():
                        return
                elif event & select.POLLIN:
                    self._watched[descriptor].answer()
                else:  # the child is gone
                    del self._watched[descriptor]
                    os.close(descriptor)

    def _take(self) -> bool:
        """Take a child; tell whether the zygote is still there."""
        told, lines, _, _ = socket.recv_fds(self._line, _CHILD.size, 1)
        if len(told) < _CHILD.size:
            return False
        pid, threads = _CHILD.unpack(told)
        with socket.socket(fileno=lines[0]) as line:
            _, descriptors, _, _ = socket.recv_fds(line, 1, 1)
        for descriptor in descriptors:
            self._watched[descriptor] = _Watch(pid, descriptor, threads)
        return True


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
