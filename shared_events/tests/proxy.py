"""A TCP proxy that misbehaves on demand: between a process under test and its broker or database."""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing sends RST
CHUNK = 65536  # bytes


class Proxy:
    """Forwards to ``host:port``; ``up`` and ``down`` say whether bytes to the server and back get through."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self.up = self.down = True
        self.accepted = 0
        self._clients: set[asyncio.StreamWriter] = set()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="proxy", daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._listening.wait(5)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(5)
        assert not self._thread.is_alive()

    def reset(self) -> int:
        """Cut every connection as a crashed peer would; returns how many there were."""
        found = len(self._clients)
        self._loop.call_soon_threadsafe(self._cut)
        return found

    def freeze(self) -> None:
        """Half-open: everything stays connected, and no byte gets through in either direction."""
        self.up = self.down = False

    def heal(self) -> None:
        """Let bytes through again; connections that lost some are cut, as nothing can follow on them."""
        self.up = self.down = True
        self.reset()

    # ---- in the proxy's thread

    async def _run(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        listening = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        self._listening.set()
        await self._ended.wait()
        listening.close()
        self._cut()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        there, back = await asyncio.open_connection(*self._server)
        self._clients.update((writer, back))
        ways = (self._carry(reader, back, "up"), self._carry(there, writer, "down"))
        await asyncio.gather(*ways, return_exceptions=True)
        for one in (writer, back):
            self._clients.discard(one)
            one.close()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: str) -> None:
        try:
            while chunk := await source.read(CHUNK):
                if getattr(self, way):
                    sink.write(chunk)
                    await sink.drain()
        finally:
            sink.close()

    def _cut(self) -> None:
        for writer in self._clients:
            if not writer.is_closing():  # its socket may be closed already
                connection = writer.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()


@contextmanager
def proxy_to(host: str, port: int) -> Iterator[Proxy]:
    """A proxy that listens on ``port`` of 127.0.0.1 while the context lasts."""
    proxy = Proxy(host, port)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
