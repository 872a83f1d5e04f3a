"""What this service has told, and whether the broker has taken it."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from shared_events import setting_aside
from shared_events.admin.reading import ReadOnlyAdmin, readable
from shared_events.models import OutboxEntry


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
        "attempts",
        "headers",
        "envelope",
    )

    actions = ("release",)

    def has_release_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("shared_events.release")

    @admin.action(description="Send again what was set aside", permissions=["release"])
    def release(self, request: HttpRequest, queryset: QuerySet[OutboxEntry]) -> None:
        chosen = list(queryset.filter(set_aside_at__isnull=False))
        released = setting_aside.release(queryset)
        for entry in chosen:
            self.log_change(request, entry, f"sent again; was set aside: {entry.set_aside_because}")
        self.message_user(request, f"{released} wait for the relay again.")

    @admin.display(description="state")
    def state(self, entry: OutboxEntry) -> str:
        if entry.published_at:
            return "published"
        if entry.set_aside_at is None:
            return "waiting for the relay"
        again = f"again at {entry.retry_at:%H:%M:%S}" if entry.retry_at else "until it is released"
        return f"set aside, {again}: {entry.set_aside_because}"

    @admin.display(description="as it travels")
    def envelope(self, entry: OutboxEntry) -> SafeString:
        return readable(bytes(entry.body))
