"""How the worker reads from the broker: whole messages, and nobody waits for half a frame."""

import select
import socket
from types import SimpleNamespace
from urllib.parse import urlsplit

import amqp
import pytest

from shared_events.tests.engines import on_one_engine
from shared_events.tests.waiting import until
from shared_events.worker import reading
from shared_events.worker.reading import CHUNK, Reader

pytestmark = on_one_engine
SIZES = (0, 1, 700, 20_000, 131_064, 131_065, 300_000)  # bytes; RabbitMQ cuts a body into frames of 128 KiB


@pytest.fixture
def connection(broker):
    url = urlsplit(broker)
    with amqp.Connection(
        f"{url.hostname}:{url.port}", userid=url.username, password=url.password, virtual_host=url.path[1:]
    ) as connection:
        yield connection


@pytest.mark.parametrize("chunk", [97, 4096, CHUNK])
def test_messages_are_whole_wherever_the_chunks_cut_them(connection, monkeypatch, chunk):
    monkeypatch.setattr(reading, "CHUNK", chunk)
    channel, came, reader = connection.channel(), [], Reader(connection)
    name = channel.queue_declare(exclusive=True).queue
    for size in SIZES * 3:
        channel.basic_publish(amqp.Message(b"x" * size, content_type="none"), routing_key=name)
    channel.basic_consume(name, callback=lambda message: came.append(len(message.body)), no_ack=True)

    def read() -> bool:
        while select.select([connection.sock], [], [], 0)[0]:
            reader.read()
        return len(came) == 3 * len(SIZES)

    until(read)
    assert came == [*SIZES * 3]
    assert connection.transport._read_buffer == b""


def test_half_a_frame_is_kept_until_the_rest_is_here():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        transport = SimpleNamespace(sock=ours, _read_buffer=b"")
        read = []
        connection = SimpleNamespace(transport=transport, blocking_read=lambda: read.append(take(transport)))
        reader, frame = Reader(connection), b"\x01\x00\x01\x00\x00\x00\x04body\xce"
        for part in (frame[:3], frame[3:7], frame[7:11]):
            theirs.sendall(part)
            reader.read()
        assert read == []

        theirs.sendall(frame[11:] + frame + frame[:5])
        reader.read()

        assert (read, transport._read_buffer) == ([frame, frame], frame[:5])


def take(transport: SimpleNamespace) -> bytes:
    """What py-amqp does: one frame, from what was read before."""
    end = 8 + int.from_bytes(transport._read_buffer[3:7], "big")
    frame, transport._read_buffer = transport._read_buffer[:end], transport._read_buffer[end:]
    return frame


def test_a_connection_that_the_broker_has_closed_is_an_error(connection):
    reader = Reader(connection)
    connection.sock.shutdown(socket.SHUT_RD)

    with pytest.raises(ConnectionResetError, match="closed the connection"):
        reader.read()
    connection.collect()  # nobody is there to say good-bye to
