"""Serves HTTP as gunicorn does, with a limit to a client's time and with errors that programs can read."""

import json
import os
import socket
from errno import ECONNRESET
from time import monotonic
from typing import Any

from gunicorn.http import errors

from chassis.gathering import GatheringSocket, GatheringWorker

# For the whole of a request. A gateway that gathers a request before it passes it on never comes near it.
SECONDS, DEFAULT_SECONDS = "REQUEST_SECONDS", "15"
FAULTS_OF_THE_APPLICATION = (
    errors.ConfigurationProblem,
    errors.InvalidResponseHeader,
    errors.InvalidResponseHeaderName,
)
REFUSALS = {
    errors.ForbiddenProxyRequest: (403, "The request may not be passed on."),
    errors.LimitRequestLine: (414, "The address is too long."),
    errors.ExpectationFailed: (417, "What the request expects cannot be met."),
    errors.LimitRequestHeaders: (431, "The headers of the request are too large."),
    errors.UnsupportedTransferCoding: (501, "This transfer coding is not known here."),
}


class TooSlow(TimeoutError):
    """The client did not send its request in time."""

    def __init__(self) -> None:
        # gunicorn notes every other number with a traceback.
        super().__init__(ECONNRESET, "The request took too long to arrive.")


class TimedSocket(GatheringSocket):
    """A connection that is read until a deadline, however little arrives at a time."""

    deadline = float("inf")
    is_late = was_answered = False

    def recv(self, *arguments: Any) -> bytes:
        before = self.gettimeout()
        left = self.deadline - monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            if left != float("inf"):
                self.settimeout(left if before is None else min(left, before))
            return super().recv(*arguments)
        except TimeoutError:
            if monotonic() < self.deadline:
                raise
            self.is_late = True
            raise TooSlow from None
        finally:
            self.settimeout(before)

    def sendall(self, *arguments: Any) -> None:
        self.was_answered = True
        super().sendall(*arguments)


class Worker(GatheringWorker):
    """gunicorn's threads, each of them lent to a client for a while and not for as long as it likes."""

    socket_class = TimedSocket

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.request_seconds = float(os.environ.get(SECONDS, DEFAULT_SECONDS))

    def handle(self, conn: Any) -> Any:
        # The head has had its time; what follows has as much again, however long it waited for a thread.
        conn.sock.deadline, conn.sock.was_answered = monotonic() + self.request_seconds, False
        outcome = super().handle(conn)
        conn.sock.deadline = float("inf")
        if conn.sock.is_late and not conn.sock.was_answered:
            self.give_up(conn)
        return outcome and not conn.sock.is_late

    def give_up(self, conn: Any) -> None:
        answer(conn.sock, 408, str(TooSlow().strerror))

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer what never reached the application, without repeating any of it."""
        if isinstance(exc, errors.ParseException) and not isinstance(exc, FAULTS_OF_THE_APPLICATION):
            status, detail = REFUSALS.get(type(exc), (400, "The request cannot be understood."))
        else:
            self.log.error("A request could not be handled", exc_info=exc)
            status, detail = 500, "Something went wrong here; the fault is noted."
        answer(client, status, detail)


def answer(client: socket.socket, status: int, detail: str) -> None:
    """Send a problem over a connection that is closed afterwards; a client that has gone is not told."""
    # It stands on the application's settings, which are there once a request is.
    from chassis.problems import CONTENT_TYPE, problem

    body = problem(None, status, detail, "bad_request" if status < 500 else "error")
    content = json.dumps(body).encode()
    head = (
        f"HTTP/1.1 {status} {body['title']}\r\nConnection: close\r\nContent-Type: {CONTENT_TYPE}\r\n"
        f"X-Content-Type-Options: nosniff\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    try:
        client.sendall(head.encode() + content)
    except OSError:
        return
