"""A backend as a process of its own: /health for people, /metrics for Prometheus; `python backend.py PORT`."""

import http.server
import sys


class Answer(http.server.BaseHTTPRequestHandler):
    """Says that all is well for as long as the process lives."""

    def do_GET(self) -> None:
        body = b"app_health 1\n" if self.path == "/metrics" else b"ok"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the server's own name)
        """Nobody reads it."""


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
