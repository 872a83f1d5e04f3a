from django.contrib import admin
from django.utils.safestring import SafeString

from chassis.admin import PROVENANCE, ReplicaAdmin
from query.models import CommentReplica, PostDocument, PostReplica
from shared_events.admin.reading import ReadOnlyAdmin, readable


@admin.register(PostReplica)
class PostReplicaAdmin(ReplicaAdmin):
    list_display = ("__str__", "author", "shown_status", "published_at", "version", "applied_at", "lag")
    search_fields = ("=id", "title", "author")
    search_help_text = "A whole id, words of a title, or an author"
    fields = ("id", "title", "body", "author", "shown_status", "published_at", *PROVENANCE)


@admin.register(CommentReplica)
class CommentReplicaAdmin(ReplicaAdmin):
    list_display = ("__str__", "author", "shown_status", "written_at", "version", "applied_at", "lag")
    search_fields = ("=id", "=post_id", "author")
    search_help_text = "The whole id of a comment or of its post, or an author"
    fields = ("id", "post_id", "body", "author", "shown_status", "written_at", *PROVENANCE)


@admin.register(PostDocument)
class PostDocumentAdmin(ReadOnlyAdmin):
    list_display = ("id", "author", "is_shown", "published_at", "comment_count", "tag")
    list_filter = ("is_shown",)
    ordering = ("-published_at", "-id")
    search_fields = ("=id", "=author")
    search_help_text = "The whole id of a post, or its author"
    fields = ("id", "is_shown", "author", "published_at", "comment_count", "tag", "document")

    @admin.display(description="as readers get it")
    def document(self, document: PostDocument) -> SafeString:
        return readable(document.text.encode())
