from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from chassis.admin import CommandAdmin, pill
from posts import commands, queries
from posts.domain import Person, Refused, Status
from posts.models import Post

TONES = {Status.DRAFT: "quiet", Status.PUBLISHED: "good", Status.HIDDEN: "bad"}


@admin.register(Post)
class PostAdmin(CommandAdmin):
    refusal = Refused
    list_display = ["title", "author", "shown_status", "edition", "published_at"]
    list_filter = ["status"]
    search_fields = ["title", "author"]
    search_help_text = "Words of a title, or an author"
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ["-created_at", "-id"]
    readonly_fields = ["author", "shown_status", "edition", "version", "created_at", "published_at", "id"]
    fields = ["title", "body", *readonly_fields]
    actions = ["publish", "withdraw"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        return queries.existing_posts()

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        if change:
            commands.edit_post(post_id=obj.id, by=_staff(request), title=obj.title, body=obj.body)
        else:
            author = request.user.get_username()
            commands.create_post(post_id=obj.id, author=author, title=obj.title, body=obj.body, publish=False)
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        commands.delete_post(post_id=obj.id, by=_staff(request))

    @admin.display(description="status", ordering="status")
    def shown_status(self, post: Post) -> SafeString:
        return pill(post.status, TONES[Status(post.status)])

    @admin.action(description="Publish the chosen posts", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        staff = _staff(request)
        self.for_each(request, queryset, lambda post: commands.publish_post(post_id=post.id, by=staff))

    @admin.action(description="Withdraw the chosen posts", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        staff = _staff(request)
        self.for_each(request, queryset, lambda post: commands.withdraw_post(post_id=post.id, by=staff))


def _staff(request: HttpRequest) -> Person:
    return Person(request.user.get_username(), is_staff=True)
