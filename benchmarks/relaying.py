"""The relay of posts: from rows in its outbox to rows marked after the broker's confirm."""

from benchmarks.clock import Track
from benchmarks.contestant import Round, Told, measured
from benchmarks.profile import Profile
from benchmarks.rig import TELLER, Connection, Rig
from shared_events import topology

OUTBOX = "shared_events_outboxentry"


class Relaying:
    """`manage.py posts relay`, started when everything waits in the outbox already."""

    name = "relay"

    def round(self, rig: Rig, events: int, told: Told, profile: Profile | None = None) -> Round:
        rig.empty_queue(topology.queue_of("query"))
        with rig.database(TELLER) as database:
            database.execute(f"TRUNCATE {OUTBOX}")
            rig.run(rig.module(TELLER, "benchmarks.tell", str(events)))
            database.execute(f"VACUUM ANALYZE {OUTBOX}")
            return measured(rig, rig.command(TELLER, "relay"), track(database, events), told, profile)


def track(database: Connection, events: int) -> Track:
    """An event has arrived when its row is marked as published."""
    keys = [key for (key,) in database.execute(f"SELECT id FROM {OUTBOX} ORDER BY id")]

    def arrived(number: int) -> bool:
        row = f"SELECT 1 FROM {OUTBOX} WHERE id = %s AND published_at IS NOT NULL"
        return database.execute(row, [keys[number]]).fetchone() is not None

    def count() -> int:
        waiting = f"SELECT count(*) FROM {OUTBOX} WHERE published_at IS NULL AND set_aside_at IS NULL"
        found = database.execute(waiting).fetchone()
        return events - int(found[0]) if found else 0

    return Track(events, arrived, count)
