"""A web server on this machine that can fail in every way that a real one does."""

import json
import os
import signal
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

BEFORE = (
    "refuse",
    "drop before",
    "500 before",
    "429",
    "throttle",
    "hang before",
    "late",
    "interrupt before",
    "kill",
)
AFTER = ("drop after", "500 after", "half", "garbage", "hang after", "interrupt after")


class Answer(Exception):
    """What the server says, raised where it is known."""

    def __init__(self, status, body=None, **headers):
        self.status, self.body = status, body
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Request:
    """One request, taken apart."""

    def __init__(self, method, target, headers, body):
        parts = urlsplit(target)
        self.method, self.path, self.headers, self.body = method, parts.path, headers, body
        self.query = parse_qsl(parts.query, keep_blank_values=True)

    def form(self):
        if self.headers.get("Content-Type") != "application/x-www-form-urlencoded":
            raise Answer(400, {"message": "not a form"})
        return parse_qsl(self.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)


class Loopback:
    """Serves what `handle` (of a subclass) answers: an (status, JSON, headers), or an `Answer` raised.

    ``faults`` is asked for each request, by its number (from 0) and the request, and names what goes wrong with it.
    """

    def __init__(self):
        self.requests = []
        self.faults = lambda number, request: None
        self.victim = os.getpid()
        self._late = []
        self._released = threading.Event()
        self._lock = threading.Lock()

    def handle(self, request):
        raise NotImplementedError

    @contextmanager
    def running(self):
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        self.host = f"127.0.0.1:{server.server_address[1]}"
        self.url = f"http://{self.host}"
        try:
            yield self
        finally:
            self._released.set()
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self, request):
        """Return status, body and headers, and the fault that happens to the answer."""
        with self._lock:
            fault = self.faults(len(self.requests), request)
            self.requests.append(request)
            if fault == "late":  # it is carried out when its sender has given it up and has tried again
                self._late.append(request)
                return None, fault
            if fault in BEFORE:
                return None, fault
            result = self._take(request)
            if request.method not in ("GET", "HEAD"):
                while self._late:
                    self._take(self._late.pop())
            return result, fault

    def _take(self, request):
        try:
            return self.handle(request)
        except Answer as answer:
            return answer.status, answer.body, answer.headers

    def wait(self):
        self._released.wait(10)

    def posts(self):
        """Return the requests that were no reading."""
        return [each for each in self.requests if each.method != "GET"]


def _handler(served):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *args):
            pass

        def do(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            result, fault = served.answer(Request(self.command, self.path, self.headers, body))
            if fault in ("drop before", "drop after", "late"):
                self.close_connection = True
            elif fault in ("interrupt before", "interrupt after", "kill"):
                os.kill(served.victim, signal.SIGKILL if fault == "kill" else signal.SIGINT)
                served.wait()
                self.close_connection = True
            elif fault in ("hang before", "hang after"):
                served.wait()
                self.close_connection = True
            elif fault in ("500 before", "500 after"):
                self.say(500, {"errors": [{"message": "An error occurred."}]}, {})
            elif fault == "429":
                self.say(429, {"errors": "too many"}, {"Retry-After": "7"})
            elif fault == "throttle":
                self.say(403, "403 Forbidden (Rate Limit Exceeded)\n", {"X-Rate-Limit-Remaining": "0.0"})
            elif fault == "refuse":
                self.say(
                    401, {"errors": [{"message": "Invalid access token."}]}, {"WWW-Authenticate": "Bearer"}
                )
            elif fault == "garbage":
                self.say(200, "<html>a proxy's page</html>", {})
            else:
                self.say(*result, half=fault == "half")

        do_GET = do_POST = do_PUT = do_DELETE = do

        def say(self, status, body, headers, half=False):
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if half else data)
            self.close_connection = self.close_connection or half

    return Handler
