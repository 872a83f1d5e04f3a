"""Takes what has come from the broker by the chunk, where Celery takes a message per turn of its loop.

Celery's reader asks the system nine times per message, and its loop for another turn after each: half of what
the event loop does while a queue is drained.
"""

from typing import Any

from amqp.transport import TCPTransport

HEADER = 7  # bytes of a frame, the last four of which say how many follow before its one last byte
CHUNK = 16 * 1024  # bytes: some fifteen events, so that an outcome of the pool never waits for long


class Reader:
    """Reads a connection of py-amqp whenever the event loop finds that something has come."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def begin(self, hub: Any) -> None:
        """Take the place of Celery's reader, except over TLS: bytes decrypted make no socket readable."""
        if isinstance(self._connection.transport, TCPTransport):
            hub.add_reader(self._connection.sock, self.read)

    def read(self) -> None:
        """Dispatch every frame that is whole with the next chunk; the rest waits for what follows.

        Raises ConnectionResetError when the broker has closed the connection, and what py-amqp raises.
        """
        transport = self._connection.transport
        chunk = transport.sock.recv(CHUNK)
        if not chunk:
            raise ConnectionResetError("the broker has closed the connection")
        # Where py-amqp takes from first: whoever reads next finds there what is left.
        transport._read_buffer += chunk
        while holds_a_frame(transport._read_buffer):
            self._connection.blocking_read()


def holds_a_frame(received: bytes) -> bool:
    """Whether the bytes begin with a whole frame: AMQP 0-9-1, 4.2.3."""
    return len(received) >= HEADER and len(received) > HEADER + int.from_bytes(received[3:HEADER], "big")
