"""What was told, answered, copied and parked, to look at; what went wrong can be sent or applied again."""

from shared_events.admin import drift, inbox, outbox

__all__ = ["drift", "inbox", "outbox"]
