"""The cases on a port: their pages, the widget libraries, and a download."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from bench.zoo_cases.base import CASES, HERE, page_of

LIBRARIES = HERE / "node_modules"
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css"}


_SEEDED = "<script>{let s=7;Math.random=()=>(s=s*16807%2147483647)/2147483647}</script>"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    first = ""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        with suppress(BrokenPipeError, ConnectionResetError):
            if path.startswith("/case/"):
                self._case(*path.removeprefix("/case/").partition(".")[::2])
            elif path.startswith("/lib/"):
                self._library(path.removeprefix("/lib/"))
            else:
                self._answer(b"not found", "text/plain", 404)

    def _case(self, name: str, suffix: str) -> None:
        if name not in CASES:
            self._answer(b"no such case", "text/plain", 404)
        else:
            page = page_of(name, suffix).replace("<head>", f"<head>{self.first}", 1)
            self._answer(page.encode(), "text/html; charset=utf-8")

    def _library(self, path: str) -> None:
        file = (LIBRARIES / path).resolve()
        if not file.is_relative_to(LIBRARIES.resolve()) or not file.is_file():
            self._answer(b"not found", "text/plain", 404)
            return
        kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file)[0] or "application/octet-stream"
        self._answer(file.read_bytes(), kind, cache="max-age=3600")

    def _answer(self, body: bytes, kind: str, status: int = 200, cache: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if cache:
            self.send_header("Cache-Control", cache)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve_cases(*, seeded: bool = False) -> Iterator[str]:
    """Serve on 127.0.0.1 in a thread until the block is left; yields the origin.

    Args:
        seeded: What pages make by chance, such as ids, is the same each time that they are loaded.
    """
    handler = type("_Seeded", (_Handler,), {"first": _SEEDED}) if seeded else _Handler
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
