from django.contrib import admin
from django.utils.safestring import SafeString

from chassis.admin import ReadOnlyAdmin, pill
from query.models import CommentReplica, PostReplica
from shared_events.replicas import Replica

TONES = {"published": "good", "approved": "good", "pending": "waiting", "hidden": "bad", "rejected": "bad"}
PROVENANCE = ("version", "told_at", "applied_at", "lag", "event_id")


class ReplicaAdmin(ReadOnlyAdmin):
    """Shows copies and where they come from; what is wrong with one is mended where it is owned."""

    list_per_page = 50
    show_full_result_count = False
    ordering = ("-applied_at", "-id")

    @admin.display(description="status", ordering="status")
    def shown_status(self, replica: Replica) -> SafeString:
        status = "deleted" if replica.is_deleted else getattr(replica, "status", "")
        return pill(status, TONES.get(status, "quiet"))

    @admin.display(description="lag")
    def lag(self, replica: Replica) -> str:
        """How long it took from the owner's telling to this copy."""
        return f"{(replica.applied_at - replica.told_at).total_seconds():.3f} s"


@admin.register(PostReplica)
class PostReplicaAdmin(ReplicaAdmin):
    list_display = ("__str__", "author", "shown_status", "published_at", "version", "applied_at", "lag")
    list_filter = ("status", "is_deleted")
    search_fields = ("=id", "title", "author")
    search_help_text = "A whole id, words of a title, or an author"
    fields = ("id", "title", "body", "author", "shown_status", "published_at", *PROVENANCE)


@admin.register(CommentReplica)
class CommentReplicaAdmin(ReplicaAdmin):
    list_display = ("__str__", "author", "shown_status", "written_at", "version", "applied_at", "lag")
    list_filter = ("status", "is_deleted")
    search_fields = ("=id", "=post_id", "author")
    search_help_text = "The whole id of a comment or of its post, or an author"
    fields = ("id", "post_id", "body", "author", "shown_status", "written_at", *PROVENANCE)
