"""The JSON Schema of each event's data, as it is committed in ``schemas/``."""

from pathlib import Path

import msgspec

from shared_events.catalogue import EVENTS, Event

FOLDER = Path(__file__).parent / "schemas"


def schema(kind: type[Event]) -> bytes:
    """The schema of an event, indented, with a newline at its end."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(kind)), indent=2) + b"\n"


def file_of(kind: type[Event]) -> Path:
    """Where an event's schema is committed."""
    return FOLDER / f"{kind.type}.v{kind.major}.json"


def write(folder: Path) -> list[Path]:
    """Bring a folder's schemas up to the catalogue; returns the files that changed."""
    changed = []
    for kind in EVENTS:
        path = folder / file_of(kind).name
        if not path.exists() or path.read_bytes() != schema(kind):
            path.write_bytes(schema(kind))
            changed.append(path)
    return changed
