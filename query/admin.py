from django.contrib import admin

from chassis.admin import PROVENANCE, ReplicaAdmin
from query.models import CommentReplica, PostReplica


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
