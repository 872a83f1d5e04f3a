"""What was told and not yet carried away: append within the transaction of the change."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

from shared_events import causation, configuration, envelope
from shared_events.catalogue import Event
from shared_events.models import OutboxEntry

NOTIFY_CHANNEL = "outbox"
ENTRIES_PER_STATEMENT = 500


class OutsideTransaction(RuntimeError):
    """An event without a transaction could be told although its change was lost, or the reverse."""


class NotTheOwner(ValueError):
    """A service may only tell the events of its own things."""


def append(*events: Event, because: Sequence[Mapping[str, str]] | None = None) -> None:
    """Tell events: they are published if, and only if, the surrounding transaction commits.

    ``because`` has the headers that each of them carries, by default those of what runs now.
    Raises OutsideTransaction when there is none, and NotTheOwner for an event of another service.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("outbox.append needs transaction.atomic() around the change and the event")
    if not events:
        return
    carried = [causation.headers()] * len(events) if because is None else because
    entries = [_entry(event, headers) for event, headers in zip(events, carried, strict=True)]
    for start in range(0, len(entries), ENTRIES_PER_STATEMENT):
        _insert(entries[start : start + ENTRIES_PER_STATEMENT])
    if connection.vendor == "postgresql" and all(_notify not in later for later in connection.run_on_commit):
        transaction.on_commit(_notify, robust=True)


def last_told(subject: UUID) -> int:
    """The newest version of a thing that was told; 0 if none was, or so long ago that its entry is pruned."""
    if version := causation.last_told(subject):  # by this very request: the usual case, and no question
        return version
    # Django's aggregate takes an eighth of the request to put the same into words.
    table = connection.ops.quote_name(OutboxEntry._meta.db_table)
    key = models.UUIDField().get_db_prep_value(subject, connection)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MAX(version) FROM {table} WHERE subject = %s", [key])
        return cursor.fetchone()[0] or 0


def _insert(entries: Sequence[OutboxEntry]) -> None:
    """What `bulk_create` does, in a fraction of its time: every write of a service has to wait for it."""
    fields = [field for field in OutboxEntry._meta.local_concrete_fields if not field.primary_key]
    backend = connections[DEFAULT_DB_ALIAS]  # ``connection`` would be resolved anew for every value
    values = [
        field.get_db_prep_save(getattr(entry, field.attname), connection=backend)
        for entry in entries
        for field in fields
    ]
    quote = backend.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    with backend.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(OutboxEntry._meta.db_table)} ({names}) VALUES "
            f"{', '.join([row] * len(entries))}",
            values,
        )


def _notify() -> None:
    """Wake the relay, which looks by itself a second later if this is lost.

    Not within the transaction: PostgreSQL lets only one that notifies commit at a time, and each would wait
    for the disk alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {NOTIFY_CHANNEL}")


def _entry(event: Event, headers: Mapping[str, str]) -> OutboxEntry:
    if event.owner() != configuration.service():
        raise NotTheOwner(f"{configuration.service()} may not tell {event.type}")
    event_id, body = envelope.seal(event)
    causation.note(event_id, event.type, event.subject_id, event.version)
    return OutboxEntry(
        event_id=event_id,
        type=event.type,
        subject=event.subject_id,
        version=event.version,
        body=body,
        headers=dict(headers),
    )
