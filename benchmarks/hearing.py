"""Those that hear: from messages waiting in a queue to rows in the table of query's posts."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import events as told_events
from benchmarks.clock import Track
from benchmarks.contestant import Round, Told, measured
from benchmarks.contestants.queues import CELERY, FASTSTREAM
from benchmarks.profile import Profile
from benchmarks.rig import ADMINISTRATOR, HEARER, TELLER, Connection, Rig
from deploy.local.processes import Program
from shared_events import topology

REPLICA = "query_postreplica"


@dataclass(frozen=True)
class Hearing:
    """A consumer that is started when all messages wait in its queue."""

    name: str
    fill: Callable[[Rig, int], None]
    program: Callable[[Rig], Program]

    def round(self, rig: Rig, events: int, told: Told, profile: Profile | None = None) -> Round:
        with rig.database(HEARER) as database:
            database.execute(f"TRUNCATE {', '.join(tables(database))}")
            self.fill(rig, events)
            return measured(rig, self.program(rig), track(database, events), told, profile)


def tables(database: Connection) -> list[str]:
    """All that the hearer has made of events: what is left from one round is other work for the next."""
    found = database.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE %s", [f"{HEARER}\\_%"])
    return [name for (name,) in found.fetchall()]


def track(database: Connection, events: int) -> Track:
    """An event has arrived when its row has been committed."""

    def arrived(number: int) -> bool:
        key = told_events.post_id(number)
        return database.execute(f"SELECT 1 FROM {REPLICA} WHERE id = %s", [key]).fetchone() is not None

    def count() -> int:
        found = database.execute(f"SELECT count(*) FROM {REPLICA}").fetchone()
        return int(found[0]) if found else 0

    return Track(events, arrived, count)


# ---- how their queues are filled, and how they are started


def fill_query(rig: Rig, count: int) -> None:
    rig.empty_queue(topology.queue_of(HEARER))
    rig.publish(TELLER, topology.exchange_of(TELLER), "-", count)


def fill_celery(rig: Rig, count: int) -> None:
    rig.empty_queue(CELERY, declare=True)
    rig.run(rig.module(HEARER, "benchmarks.contestants.celery_tasks", str(count)))


def fill_faststream(rig: Rig, count: int) -> None:
    rig.empty_queue(FASTSTREAM, declare=True)
    rig.publish(ADMINISTRATOR, "", FASTSTREAM, count)


def celery(rig: Rig, name: str, **variables: str) -> Program:
    module = "benchmarks.contestants.celery_tasks"
    program = rig.module(HEARER, "celery", "--app", module, "worker", **variables)
    return rig.program(HEARER, name, *program.argv, **variables)


def faststream(rig: Rig) -> Program:
    module = "benchmarks.contestants.faststream_consumer"
    variables = {"DATABASE_URL": rig.database_url(HEARER), "PATH": os.environ["PATH"]}
    return rig.program(HEARER, "faststream", rig.python, "-m", module, **variables)


DRAIN = Hearing("drain", fill_query, lambda rig: rig.command(HEARER, "worker"))
CELERY_TASK = Hearing("celery_task_per_event", fill_celery, lambda rig: celery(rig, "celery_task_per_event"))
CELERY_TUNED = Hearing("celery_tuned", fill_celery, lambda rig: celery(rig, "celery_tuned", TUNED="1"))
FASTSTREAM_CONSUMER = Hearing("faststream", fill_faststream, faststream)
