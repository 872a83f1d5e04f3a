"""Waits for the head of a request without lending a thread to whoever sends it."""

import socket
import time
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

AT_ONCE = 8192  # bytes; gunicorn reads as many
# Longer heads than gunicorn takes: what is wrong with them is for it to say.
LONGEST_HEAD = 128 * 1024
ENDS_OF_A_HEAD = (b"\n\r\n", b"\n\n")


class GatheringSocket(socket.socket):
    """A connection whose first bytes are taken as they come, and read by whoever serves the request."""

    head = b""
    has_ended = False

    def gather(self) -> bool:
        """Take what has arrived, and return whether the head of a request is whole, or will never be."""
        self.setblocking(False)
        while not self._is_settled():
            try:
                arrived = super().recv(AT_ONCE)
            except BlockingIOError:
                return False
            except OSError:
                arrived = b""  # whoever reads on meets the same fault
            self.has_ended = not arrived
            self.head += arrived
        return True

    def recv(self, size: int, flags: int = 0) -> bytes:
        # All of it: what were left here would never make the connection readable again.
        taken, self.head = self.head, b""
        return taken or super().recv(size, flags)

    def _is_settled(self) -> bool:
        return (
            self.has_ended or len(self.head) > LONGEST_HEAD or any(end in self.head for end in ENDS_OF_A_HEAD)
        )


class GatheringWorker(ThreadWorker):
    """gunicorn's threads, for requests whose head is there.

    By itself a thread would wait for each head: as many clients as there are threads, each with half a line,
    would keep everybody else out. https://en.wikipedia.org/wiki/Slowloris_(cyber_attack)
    """

    socket_class = GatheringSocket
    request_seconds: float

    def enqueue_req(self, conn: Any) -> None:
        """Called in the main thread for whoever connects, or sends more on a connection that was kept."""
        if not isinstance(conn.sock, GatheringSocket):
            conn.sock = self.socket_class(fileno=conn.sock.detach())
        if conn.parser is not None:  # it may have read ahead into this request
            conn.sock.head = conn.parser.unreader.take_buffered()
        conn.timeout = time.monotonic() + self.request_seconds
        if conn.sock.gather():
            self.submit(conn)
        else:
            self.pending_conns.append(conn)
            readable = partial(self.on_pending_socket_readable, conn)
            self.poller.register(conn.sock, EVENT_READ, readable)

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        if conn.sock.gather():
            self.poller.unregister(client)
            self.pending_conns.remove(conn)
            self.submit(conn)

    def submit(self, conn: Any) -> None:
        """Hand a connection to the threads; called in the main thread."""
        conn.data_ready = True
        super().enqueue_req(conn)

    def murder_pending(self) -> None:
        now = time.monotonic()
        for conn in self.pending_conns:
            if conn.timeout <= now and conn.sock.head:
                self.give_up(conn)
        super().murder_pending()

    def give_up(self, conn: Any) -> None:
        """Tell a client whose time is over; its connection is closed afterwards."""
        raise NotImplementedError
