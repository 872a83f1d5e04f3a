"""Pages of rows that only the machinery writes."""

import json

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

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


def readable(body: bytes) -> SafeString:
    """The bytes of a message for a person: indented if they are JSON, escaped whatever they are."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "backslashreplace")
    return format_html("<pre>{}</pre>", text[:LONGEST_SHOWN])
