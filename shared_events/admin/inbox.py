"""What this service has heard: answered once, or parked until it can be."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shared_events.admin.reading import LONGEST_SHOWN, ReadOnlyAdmin, readable
from shared_events.models import InboxEntry, ParkedEvent
from shared_events.worker import redrive
from shared_events.worker.transient import is_transient

BUSY = "{event}: the database is busy or away, and nothing was changed. Try it again in a moment."


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
            except Exception as error:  # which of them say "busy" is known in one place; all others go on
                if not is_transient(error):
                    raise
                self.message_user(request, BUSY.format(event=event), messages.ERROR)
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
