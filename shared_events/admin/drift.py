"""Whether the copies that this service keeps equal their sources."""

import json

from django.contrib import admin
from django.utils.safestring import SafeString

from shared_events.admin.reading import ReadOnlyAdmin, readable
from shared_events.drift.models import Comparison


@admin.register(Comparison)
class ComparisonAdmin(ReadOnlyAdmin):
    list_display = (
        "replica",
        "drifted",
        "drifted_since",
        "count_told",
        "count_found",
        "told_at",
        "compared_at",
    )
    ordering = ("replica",)
    fields = (*list_display, "buckets", "differing")

    @admin.display(description="buckets that differ")
    def differing(self, comparison: Comparison) -> SafeString:
        return readable(json.dumps(comparison.differences).encode())
