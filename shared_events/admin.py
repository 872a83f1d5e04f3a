"""What was told, answered, copied and parked, to look at; only a parked event can be acted on."""

import json
from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shared_events.models import InboxEntry, OutboxEntry, ParkedEvent
from shared_events.worker import redrive

LONGEST_SHOWN = 20_000  # characters


class ReadOnlyAdmin(admin.ModelAdmin):
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
class OutboxAdmin(ReadOnlyAdmin):
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
        "headers",
        "envelope",
    )

    @admin.display(description="state")
    def state(self, entry: OutboxEntry) -> str:
        if entry.published_at:
            return "published"
        return f"set aside: {entry.set_aside_because}" if entry.set_aside_at else "waiting for the relay"

    @admin.display(description="as it travels")
    def envelope(self, entry: OutboxEntry) -> SafeString:
        return readable(bytes(entry.body))


@admin.register(InboxEntry)
class InboxAdmin(ReadOnlyAdmin):
    list_display = ("entered_at", "event_id", "handler")
    search_fields = ("=event_id",)
    search_help_text = "The whole id of an event"
    list_filter = ("handler",)
    ordering = ("-id",)


class Reason(ActionForm):
    """Why events are discarded, beside the choice of the action."""

    because = forms.CharField(required=False, label="Reason (for discarding):")


@admin.register(ParkedEvent)
class ParkedAdmin(ReadOnlyAdmin):
    list_display = ("parked_at", "state", "routing_key", "reason", "message", "attempts", "next_attempt_at")
    list_filter = ("state", "reason", "routing_key", "handler")
    ordering = ("-id",)
    exclude = ("body", "traceback", "digest")
    readonly_fields = ("received", "failure")
    actions = ("retry", "discard")
    action_form = Reason

    def has_redrive_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("shared_events.redrive")

    @admin.action(description="Apply the chosen events again", permissions=["redrive"])
    def retry(self, request: HttpRequest, queryset: QuerySet[ParkedEvent]) -> None:
        by = request.user.get_username()
        self._for_each(request, queryset, "applied again", lambda key: redrive.retry(key, by=by))

    @admin.action(description="Discard the chosen events", permissions=["redrive"])
    def discard(self, request: HttpRequest, queryset: QuerySet[ParkedEvent]) -> None:
        because = request.POST.get("because", "").strip()
        if not because:
            self.message_user(request, "Say why: nothing was discarded.", messages.ERROR)
            return
        by = request.user.get_username()
        self._for_each(
            request, queryset, "discarded", lambda key: redrive.discard(key, by=by, because=because)
        )

    def _for_each(
        self,
        request: HttpRequest,
        queryset: QuerySet[ParkedEvent],
        deed: str,
        act: Callable[[int], bool | None],
    ) -> None:
        done = failed = 0
        for event in queryset:
            try:
                succeeded = act(event.pk) is not False
            except redrive.AlreadySettled:
                self.message_user(request, f"{event} was settled before.", messages.WARNING)
                continue
            done, failed = done + succeeded, failed + (not succeeded)
            self.log_change(request, event, f"{deed}: {'done' if succeeded else 'failed again'}")
        level = messages.WARNING if failed else messages.SUCCESS
        self.message_user(request, f"{done} {deed}, {failed} failed again.", level)

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
