"""Writes that go on whatever happens to the broker, and when each of them could be read."""

import threading
import time
from collections import Counter
from types import TracebackType
from typing import Any, Self

from pika.exceptions import ChannelClosedByBroker

from deploy.local import marked
from deploy.local.processes import TELLING
from shared_events import topology
from tests.assembly import Assembly
from tests.cluster.node import Node
from tests.comparison import select

WRITERS = 2
LOOK_EVERY = 0.1  # seconds
LATE_SECONDS = 20
PAUSE = 0.05  # seconds between two writes of a writer: about what a person would call busy


class Traffic:
    """Posts with unique titles, and comments on one of them, as long as the block lasts."""

    def __init__(self, assembly: Assembly, marker: str, known: str) -> None:
        self.statuses: Counter[int] = Counter()
        self.answered: dict[str, float] = {}  # title to the moment of its 201, by the monotonic clock
        self.seen: dict[str, float] = {}  # title to the moment at which query had it
        self._assembly, self._marker, self._known = assembly, marker, known
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]
        self._threads.append(threading.Thread(target=self._look))
        self._faults: list[BaseException] = []

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        if error is None and self._faults:
            raise self._faults[0]

    def heard_since(self, moment: float) -> int:
        """How many posts query has that were written after a moment."""
        return sum(1 for title in list(self.seen) if self.answered.get(title, 0) > moment)

    def longest_way(self) -> float:
        """Seconds that the slowest post took from its 201 to query."""
        return max(self.seen[title] - answered for title, answered in self.answered.items())

    def _write(self, writer: int) -> None:
        number = 0
        while not self._ended.wait(PAUSE):
            number += 1
            title = f"{self._marker} {writer}-{number}"
            try:
                body = {"title": title, "body": "Text."}
                status, _ = self._assembly.write("POST", "posts", "posts/", "ann", body)
                if status == 201:
                    self.answered[title] = time.monotonic()
                self.statuses[status] += 1
                self.statuses[self._assembly.comment(self._known, f"To {title}.")[0]] += 1
            except BaseException as fault:  # raised when the traffic ends, in the thread of the test
                self._faults.append(fault)
                return

    def _look(self) -> None:
        url = self._assembly.database_urls()["query"]
        statement = f"SELECT title FROM query_postreplica WHERE title LIKE '{self._marker} %'"
        while not (self._ended.is_set() and self.seen.keys() >= self.answered.keys()):
            try:
                titles = [title for (title,) in select(url, statement)]
            except BaseException as fault:  # raised when the traffic ends, in the thread of the test
                self._faults.append(fault)
                return
            now = time.monotonic()
            for title in titles:
                self.seen.setdefault(title, now)
            time.sleep(LOOK_EVERY)  # between two looks; rows of another process give no sign


def lacking(node: Node, assembly: Assembly) -> int | None:
    """How many of the events that were ever told a node's copy of the event store lacks in the end.

    None if it has no copy: one that was cut off may be in the cluster again long before its copy is.
    """
    wanted, found = told(assembly), set()
    connection = topology.connect(node.url())

    def take(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        found.add(properties.message_id.replace("-", ""))
        channel.basic_ack(method.delivery_tag)

    def has_all() -> bool:
        connection.process_data_events(time_limit=1)
        return found >= wanted

    channel = connection.channel()
    channel.basic_qos(prefetch_count=1000)
    try:
        channel.basic_consume(topology.EVENT_STORE, take, arguments={"x-stream-offset": "first"})
    except ChannelClosedByBroker as refused:
        connection.close()
        if "does not have a replica" not in refused.reply_text:
            raise
        return None
    marked.until(has_all, LATE_SECONDS)
    connection.close()
    return len(wanted - found)


def told(assembly: Assembly) -> set[str]:
    """The ids of all events that were ever told."""
    statement = "SELECT event_id FROM shared_events_outboxentry"
    urls = [assembly.database_urls()[service] for service in TELLING]
    return {str(event_id).replace("-", "") for url in urls for (event_id,) in select(url, statement)}
