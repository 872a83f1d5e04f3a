"""Kinds of admin that every service can use."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shared_events.admin.reading import ReadOnlyAdmin
from shared_events.replicas import Replica

Command = Callable[[Any], object]


# What became of a thing, in every service that has a word for it.
TONES = {
    "published": "good",
    "approved": "good",
    "pending": "waiting",
    "hidden": "bad",
    "rejected": "bad",
}
PROVENANCE = ("version", "told_at", "applied_at", "lag", "event_id")


class ReplicaAdmin(ReadOnlyAdmin):
    """Shows copies and where they come from; what is wrong with one is mended where it is owned."""

    ordering = ("-applied_at", "-id")
    list_filter = ("status", "is_deleted")

    @admin.display(description="status", ordering="status")
    def shown_status(self, replica: Replica) -> SafeString:
        status = "deleted" if replica.is_deleted else getattr(replica, "status", "")
        return pill(status, TONES.get(status, "quiet"))

    @admin.display(description="lag")
    def lag(self, replica: Replica) -> str:
        """How long it took from the owner's telling to this copy."""
        return f"{(replica.applied_at - replica.told_at).total_seconds():.3f} s"


class CommandAdmin(admin.ModelAdmin):
    """Changes rows through commands alone, so that every change is told.

    A subclass answers ``save_model`` and ``delete_model`` with a command; ``refusal`` is what that may raise.
    """

    refusal: type[Exception]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        raise NotImplementedError("save_model must call a command")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        raise NotImplementedError("delete_model must call a command")

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.for_each(request, queryset, lambda row: self.delete_model(request, row))

    def changeform_view(self, request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *arguments, **keywords)
        except self.refusal as refused:
            return self._refused(request, refused)

    def delete_view(self, request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponse:
        try:
            return super().delete_view(request, *arguments, **keywords)
        except self.refusal as refused:
            return self._refused(request, refused)

    def for_each(self, request: HttpRequest, queryset: QuerySet[Any], command: Command) -> None:
        """Run a command for each chosen row, and say how many it changed and why it refused the others."""
        rows, changed = list(queryset), 0
        for row in rows:
            try:
                command(row)
                changed += 1
            except self.refusal as refused:
                self.message_user(request, f"{row}: {refused}", messages.WARNING)
        self.message_user(request, f"Done for {changed} of {len(rows)}.", messages.SUCCESS)

    def _refused(self, request: HttpRequest, refused: Exception) -> HttpResponse:
        self.message_user(request, str(refused), messages.ERROR)
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))


def pill(text: str, tone: str) -> SafeString:
    """A word in a coloured capsule; ``tone`` is good, waiting, bad or quiet."""
    return format_html('<span class="pill pill-{}">{}</span>', tone, text)
