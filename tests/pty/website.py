"""A real HTTP server on a port of the loopback that is its own, also while a test has stopped it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fault_servers import own_port

WELL: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    answer: bytes = WELL


class _Answer(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while self.rfile.readline().strip():
            pass
        assert isinstance(self.server, _Server)
        self.wfile.write(self.server.answer)


class Website:
    """Answers every request with the bytes of `answer`, as they are."""

    def __init__(self, port: int, answer: bytes) -> None:
        self.answer = answer
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/health"

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self._port), _Answer)
        self._server.answer = self.answer
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        """Whoever asks from now on is refused."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None


@contextmanager
def a_website(answer: bytes = WELL) -> Iterator[Website]:
    with own_port() as port:
        site = Website(port, answer)
        site.start()
        try:
            yield site
        finally:
            site.stop()
