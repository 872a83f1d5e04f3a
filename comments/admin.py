from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from chassis.admin import PROVENANCE, CommandAdmin, ReplicaAdmin, pill
from comments import commands, queries
from comments.domain import Person, Refused, Status
from comments.models import Comment, PostReplica

TONES = {Status.PENDING: "waiting", Status.APPROVED: "good", Status.REJECTED: "bad"}


@admin.register(Comment)
class CommentAdmin(CommandAdmin):
    """Shows what people said and lets the staff delete it; nobody puts words into their mouths."""

    refusal = Refused
    list_display = ["__str__", "shown_status", "author", "post", "written_at"]
    list_filter = ["status", "is_imported"]
    search_fields = ["body", "author"]
    search_help_text = "Words of a comment, or an author"
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-written_at", "-id"]
    fields = ["post", "author", "body", "shown_status", "edition", "version", "written_at", "id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        return queries.comments_with_post_titles()

    def delete_model(self, request: HttpRequest, obj: Comment) -> None:
        staff = Person(request.user.get_username(), is_staff=True)
        commands.delete_comment(comment_id=obj.id, by=staff)

    @admin.display(description="status", ordering="status")
    def shown_status(self, comment: Comment) -> SafeString:
        return pill(comment.status, TONES[Status(comment.status)])

    @admin.display(description="post", ordering="post_title")
    def post(self, comment: Any) -> str:
        if comment.post_title is None:
            return f"{comment.post_id} (not known here)"
        return comment.post_title or f"{comment.post_id} (deleted)"


@admin.register(PostReplica)
class PostReplicaAdmin(ReplicaAdmin):
    list_display = ("__str__", "author", "shown_status", "version", "applied_at", "lag")
    search_fields = ("=id", "title", "author")
    search_help_text = "A whole id, words of a title, or an author"
    fields = ("id", "title", "author", "shown_status", *PROVENANCE)
