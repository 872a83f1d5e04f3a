"""What was told, answered and parked, to look at: events are changed by nobody."""

import json

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shared_events.models import InboxEntry, OutboxEntry, ParkedEvent

LONGEST_SHOWN = 20_000  # characters


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg] # generic in the stubs alone
    """Rows that only the machinery writes."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(OutboxEntry)
class OutboxAdmin(ReadOnly):
    list_display = ("told_at", "type", "subject", "version", "state", "published_at")
    list_filter = (
        "type",
        ("published_at", admin.EmptyFieldListFilter),
        ("set_aside_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("=event_id", "=subject")
    search_help_text = "The whole id of an event or of the thing that it is about"
    ordering = ("-id",)
    fields = (
        "event_id",
        "type",
        "subject",
        "version",
        "state",
        "told_at",
        "published_at",
        "set_aside_because",
        "headers",
        "envelope",
    )

    @admin.display(description="state")
    def state(self, entry: OutboxEntry) -> str:
        if entry.published_at:
            return "published"
        return "set aside" if entry.set_aside_at else "waiting for the relay"

    @admin.display(description="as it travels")
    def envelope(self, entry: OutboxEntry) -> SafeString:
        return readable(bytes(entry.body))


@admin.register(InboxEntry)
class InboxAdmin(ReadOnly):
    list_display = ("entered_at", "event_id", "handler")
    search_fields = ("=event_id",)
    search_help_text = "The whole id of an event"
    list_filter = ("handler",)
    ordering = ("-id",)


@admin.register(ParkedEvent)
class ParkedAdmin(ReadOnly):
    list_display = ("parked_at", "routing_key", "reason", "message")
    list_filter = ("reason", "routing_key")
    ordering = ("-id",)
    fields = ("parked_at", "routing_key", "origin", "reason", "message", "headers", "received", "failure")

    @admin.display(description="as it was received")
    def received(self, event: ParkedEvent) -> SafeString:
        return readable(bytes(event.body))

    @admin.display(description="traceback")
    def failure(self, event: ParkedEvent) -> SafeString:
        return format_html("<pre>{}</pre>", event.traceback[:LONGEST_SHOWN])


def readable(body: bytes) -> SafeString:
    """The bytes of a message for a person: indented if they are JSON, escaped whatever they are."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "backslashreplace")
    return format_html("<pre>{}</pre>", text[:LONGEST_SHOWN])
