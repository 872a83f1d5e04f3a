import asyncio
import json

import pytest

from benchmarks import visible
from benchmarks.visible import Load


class Server:
    """Answers 201 to a POST and 404, then 200, to a GET; stands still for a while after so many requests."""

    def __init__(self, *, stalls_after: int = 10**9, seconds: float = 0.0, status: int = 201) -> None:
        self.stalls_after, self.seconds, self.status = stalls_after, seconds, status
        self.writes, self.looks = 0, {}
        self.free = asyncio.Lock()
        self.talks: list[asyncio.Task[None]] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.append(asyncio.current_task())
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = int(head.lower().partition("content-length: ")[2].partition("\r\n")[0])
                await reader.readexactly(length)
                status, body = await self.answer(head.split()[0], head.split()[1])
                head = f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            await writer.wait_closed()

    async def answer(self, method: str, path: str) -> tuple[int, bytes]:
        async with self.free:
            if method == "GET":
                self.looks[path] = self.looks.get(path, 0) + 1
                return (404 if self.looks[path] < 3 else 200), b"{}"
            self.writes += 1
            if self.writes == self.stalls_after:
                await asyncio.sleep(self.seconds)
            return self.status, json.dumps({"id": str(self.writes)}).encode()


def under_load(server: Server, seconds: float, **options: int) -> visible.Seen:
    async def run() -> visible.Seen:
        listening = await asyncio.start_server(server.talk, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        load = Load({"posts": url, "query": url}, ["token"], seconds, seed=1, **options)
        seen = await load.run(lambda share: None)
        listening.close()
        await asyncio.gather(*server.talks)
        return seen

    return asyncio.run(run())


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(visible, "WARM_UP", 0.0)


def test_a_post_counts_as_visible_when_query_has_it():
    server = Server()

    seen = under_load(server, 0.5)

    assert len(seen.answered) == server.writes > 10
    assert len(seen.visible) == len(server.looks) == -(-server.writes // visible.SAMPLED)
    assert set(server.looks.values()) == {3}
    assert min(seen.visible) >= 2 * 1000 * visible.ASK_EVERY


def test_a_server_that_stands_still_is_seen_in_all_the_writes_that_were_due_meanwhile():
    """A load that waits for answers before it writes on would see one slow answer."""
    seen = under_load(Server(stalls_after=10, seconds=0.6), 1.5)

    slow = [time for time in seen.answered if time > 200]
    assert max(seen.answered) > 550
    assert len(slow) > 8


def test_writes_that_are_refused_are_counted_and_not_timed():
    server = Server(status=429)

    seen = under_load(server, 0.3)

    assert seen.refused == server.writes > 0
    assert seen.answered == seen.visible == []


def test_the_warm_up_is_not_counted(monkeypatch):
    monkeypatch.setattr(visible, "WARM_UP", 0.4)
    server = Server()

    seen = under_load(server, 0.2)

    assert 0 < len(seen.answered) < server.writes / 2 + 5
