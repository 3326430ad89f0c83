"""The end of the control socket inside a jail: requests come in, one at a time, and are answered.

A request is a frame of JSON, as in `autograder.jail.protocol`, and may bring descriptors along.
"""

from __future__ import annotations

import base64
import gc
import json
import os
import socket
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from autograder.jail.limits import MOST_DESCRIPTORS, JailLimits
from autograder.jail.protocol import parse

from .load import Sources
from .lockdown import Lockdown

if TYPE_CHECKING:
    from .headcount import Headcount

_HEADER_BYTES = 4
_MOST_DESCRIPTORS = 3


class Control:
    """A process that stays until the trusted side closes its socket. ``_do_NAME`` answers the request NAME."""

    def __init__(self, control: int, lockdown: Lockdown) -> None:
        self._control = socket.socket(fileno=os.dup(control))  # the lowest number that is free
        os.close(control)
        self._lockdown = lockdown
        self._headcount: Headcount | None = None
        self.sources = Sources({})

    def serve(self, holds: dict[str, int | bool]) -> None:
        """Say what the lockdown has reached, and answer what is asked."""
        gc.enable()  # it was off while everything was imported
        self._reply({"ready": sys.version_info[:3], "holds": holds})
        os.dup2(0, 2)  # until here it says why it could not start; later nobody reads it (0 is /dev/null)
        while True:
            request, descriptors = self._receive()
            if request is None:
                return
            self._reply(getattr(self, "_do_" + request["do"])(request, descriptors))

    def become_child(
        self, request: dict[str, Any], descriptors: list[int], line: socket.socket | None
    ) -> NoReturn:
        """Do in the forked process what a ``fork`` request asks for, and never return; begins with `confine`."""
        raise NotImplementedError

    def confine(self, limits: JailLimits, kept: Sequence[int], line: socket.socket | None) -> None:
        """Make a child of this process: ``kept`` become its descriptors 0, 1, ..., all others are closed, the lockdown
        holds, and the student's modules can be found.

        Not before: what reads a file imports the module that its first line names as an encoding, so nothing of the
        student's may be found while a process can still do more than a test's.
        """
        for place, descriptor in enumerate(kept):
            os.dup2(descriptor, place)
        if line is not None:
            os.dup2(line.detach(), len(kept))
            line = socket.socket(fileno=len(kept))
        os.closerange(len(kept) + (line is not None), MOST_DESCRIPTORS)
        self._lockdown.confine_child(limits, line)
        sys.meta_path.append(self.sources)

    def take_files(self, request: dict[str, Any]) -> None:
        """Take the submission's files out of a ``prepare`` request."""
        files = {name: base64.b64decode(data) for name, data in request["files"].items()}
        self.sources.take(files, request.get("notebooks", {}))

    def _do_fork(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        ours, theirs = socket.socketpair() if self._lockdown.counts_threads else (None, None)
        pid = os.fork()
        if pid == 0:
            if ours is not None:
                ours.detach()
            self.become_child(request, descriptors, theirs)
        for descriptor in descriptors:
            os.close(descriptor)
        if ours is not None and theirs is not None:
            theirs.close()
            self._watch(pid, ours, request["limits"]["threads"])
        return {"pid": pid}

    def _watch(self, pid: int, line: socket.socket, threads: int) -> None:
        from .headcount import Headcount  # most jails have a user of their own, and need none

        if self._headcount is None:
            self._headcount = Headcount(self._control.fileno())
        self._headcount.watch(pid, line, threads)

    def _do_rest(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        """No more children will be asked for."""
        if self._headcount is not None:
            self._headcount.end()
            self._headcount = None
        return {}

    def _receive(self) -> tuple[Any, list[int]]:
        header, descriptors, _, _ = socket.recv_fds(self._control, _HEADER_BYTES, _MOST_DESCRIPTORS)
        if len(header) < _HEADER_BYTES:
            return None, []
        left = int.from_bytes(header, "big")
        parts = []
        while left:
            part = self._control.recv(min(left, 1 << 20))
            if not part:
                return None, []
            parts.append(part)
            left -= len(part)
        return parse(b"".join(parts)), descriptors

    def _reply(self, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self._control.sendall(len(body).to_bytes(_HEADER_BYTES, "big") + body)
