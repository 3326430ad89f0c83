"""The end of the control socket inside a jail: requests come in, one at a time, and are answered.

A request is a frame of JSON, as in `autograder.jail.protocol`, and may bring descriptors along.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any, NoReturn

from autograder.jail.protocol import parse

_HEADER_BYTES = 4
_MOST_DESCRIPTORS = 3


class Control:
    """A process that stays until the trusted side closes its socket. ``_do_NAME`` answers the request NAME."""

    def __init__(self, control: int) -> None:
        self._control = socket.socket(fileno=os.dup(control))  # the lowest number that is free
        os.close(control)

    def serve(self, holds: dict[str, int | bool]) -> None:
        """Say what the lockdown has reached, and answer what is asked."""
        self._reply({"ready": sys.version_info[:3], "holds": holds})
        os.dup2(0, 2)  # until here it says why it could not start; later nobody reads it (0 is /dev/null)
        while True:
            request, descriptors = self._receive()
            if request is None:
                return
            self._reply(getattr(self, "_do_" + request["do"])(request, descriptors))

    def become_child(self, request: dict[str, Any], descriptors: list[int]) -> NoReturn:
        """Do in the forked process what a ``fork`` request asks for, and never return."""
        raise NotImplementedError

    def _do_fork(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        pid = os.fork()
        if pid == 0:
            self.become_child(request, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        return {"pid": pid}

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
