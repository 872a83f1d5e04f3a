from django.contrib import admin

from chassis.admin import ReplicaAdmin
from moderation.models import CommentReplica, PostReplica


@admin.register(PostReplica, CommentReplica)
class JudgedReplicaAdmin(ReplicaAdmin):
    list_display = ("__str__", "author", "shown_status", "edition", "version", "applied_at", "lag")
    search_fields = ("=id", "author")
    search_help_text = "A whole id, or an author"
