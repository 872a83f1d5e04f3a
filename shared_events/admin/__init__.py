"""What was told, answered, copied and parked, to look at; what went wrong can be sent or applied again."""

from shared_events.admin import inbox, outbox

__all__ = ["inbox", "outbox"]
