"""A server that knows nothing of HTTP."""

import socket
import time
from threading import Thread


class Raw:
    """A server that sends just the bytes that it was given, each piece after the pause before it."""

    def __init__(self, *pieces: bytes, pause: float = 0.0) -> None:
        self.pieces = pieces
        self.pause = pause
        self.calls = 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}/v1"
        Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                made, _ = self.listening.accept()
            except OSError:
                return
            self.calls += 1
            Thread(target=self.answer, args=(made,), daemon=True).start()

    def answer(self, made: socket.socket) -> None:
        with made:
            made.recv(65536)
            for piece in self.pieces:
                time.sleep(self.pause)
                try:
                    made.sendall(piece)
                except OSError:
                    return

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: object) -> None:
        self.listening.close()
