from django.contrib import admin

from chassis.admin import ReadOnlyAdmin
from moderation.models import CommentReplica, PostReplica


@admin.register(PostReplica, CommentReplica)
class ReplicaAdmin(ReadOnlyAdmin):
    list_display = [
        "__str__",
        "author",
        "status",
        "edition",
        "version",
        "is_deleted",
        "told_at",
        "applied_at",
    ]
    list_filter = ["status", "is_deleted"]
    search_fields = ["=id", "author"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-told_at"]
