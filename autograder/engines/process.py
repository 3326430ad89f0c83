"""One worker process as the engine sees it: lines go in and come out, and none of it blocks."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from typing import IO

from autograder.engines.wire import MAX_LINE

_CHUNK = 2**16
_LOG_TAIL = 2_000


class WorkerProcess:
    """A worker in a session of its own, so that Ctrl-C reaches only the engine and one kill ends worker and jail."""

    def __init__(self, command: Sequence[str]) -> None:
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
            bufsize=0,
            # The order of a set in a message must not differ from run to run.
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin = self._process.stdin
        self._stdout = self._process.stdout
        self.input_fd = self._stdin.fileno()
        self.output_fd = self._stdout.fileno()
        os.set_blocking(self.input_fd, False)
        os.set_blocking(self.output_fd, False)
        self._outgoing = bytearray()
        self._incoming = bytearray()

    @property
    def has_unsent(self) -> bool:
        """Whether something waits for room in the pipe."""
        return bool(self._outgoing)

    def send(self, line: bytes) -> None:
        """Queue a line and write as much as the pipe takes now."""
        self._outgoing += line
        self.flush()

    def flush(self) -> None:
        """Write as much as the pipe takes now."""
        try:
            while self._outgoing:
                written = os.write(self.input_fd, self._outgoing[:_CHUNK])
                del self._outgoing[:written]
        except BlockingIOError:
            pass  # the pipe is full; the engine calls again when there is room
        except BrokenPipeError:
            self._outgoing.clear()  # it is dead, which the end of its output tells as well

    def receive(self) -> tuple[list[bytes], bool]:
        """Return the lines that came in, and whether no more will come (it is gone, or talks without end)."""
        chunk: bytes | None = None
        try:
            chunk = os.read(self.output_fd, _CHUNK)
        except BlockingIOError:
            return [], False
        self._incoming += chunk
        *lines, rest = self._incoming.split(b"\n") if b"\n" in chunk else [self._incoming]
        self._incoming = rest
        return [bytes(line) for line in lines], not chunk or len(rest) > MAX_LINE

    def close_input(self) -> None:
        """Tell it that there is no more to do: it clears up and ends by itself."""
        self._stdin.close()

    def stop(self, seconds: float = 0.0) -> str:
        """Wait so long for its end, then end it and all that it started; return how it ended, in words."""
        try:
            status = self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            status = None
        self.kill_group()
        self._process.wait()
        for stream in (self._stdin, self._stdout):
            stream.close()
        if status is None:
            return "was stopped"
        if status < 0:
            return f"was ended by {signal.Signals(-status).name}"
        return f"ended with exit status {status}"

    def kill_group(self) -> None:
        """Send SIGKILL to the worker and all that it started, without waiting."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # nobody is left

    def take_log(self) -> str:
        """Return the end of what it printed, for the person who has to find out, and drop the rest."""
        end = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, end - _LOG_TAIL))
        text = self._log.read().decode("utf-8", "replace").strip()
        self._log.close()
        return text
