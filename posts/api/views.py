from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from chassis.authentication import author
from chassis.conditional import PreconditionFailed, seen_versions
from chassis.idempotency.once import once_per_key
from chassis.pagination import NewestFirst
from chassis.problems import Conflict
from chassis.views import CommandView
from posts import commands, domain, queries
from posts.api.serializers import NewPost, Nothing, PostDetail, PostText
from posts.domain import Person, Status


class PostView(CommandView):
    shown_class = PostDetail
    refusals = {
        domain.NoSuchPost: NotFound,
        domain.NotYours: PermissionDenied,
        domain.NotNow: Conflict,
        domain.Outdated: PreconditionFailed,
        domain.Unwritable: ValidationError,
    }


class MyPosts(PostView):
    """What you wrote, newest first. A new post is published at once, unless its status is "draft"."""

    serializer_class = NewPost
    example = {"title": "Hello", "body": "Written by alice."}
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Any]:
        return queries.posts_of(author(self.request))

    def get(self, request: Request) -> Response:
        return self.page()

    @once_per_key
    def post(self, request: Request) -> Response:
        wanted = self.wanted(request.data)
        publish = wanted.pop("status") == Status.PUBLISHED
        return self.created(commands.create_post(author=author(request), publish=publish, **wanted))


class OnePost(PostView):
    """A post of yours, or one that is published.

    Its author may change and delete it, and publish or withdraw it by a POST to `publish/` or `withdraw/`.
    """

    permission_classes = [IsAuthenticatedOrReadOnly]
    serializer_class = PostText
    example = {"title": "Hello again"}

    def get(self, request: Request, post_id: UUID) -> Response:
        reader = Person(author(request)) if request.user.is_authenticated else None
        return self.one(queries.readable_post(post_id, reader=reader))

    def patch(self, request: Request, post_id: UUID) -> Response:
        wanted, by = self.wanted(request.data, partial=True), Person(author(request))
        return self.written(commands.edit_post(post_id=post_id, by=by, seen=seen_versions(request), **wanted))

    def delete(self, request: Request, post_id: UUID) -> Response:
        commands.delete_post(post_id=post_id, by=Person(author(request)), seen=seen_versions(request))
        return self.removed(post_id)


class PublishPost(PostView):
    """Show a draft of yours to everyone."""

    serializer_class = Nothing

    @once_per_key
    def post(self, request: Request, post_id: UUID) -> Response:
        by, seen = Person(author(request)), seen_versions(request)
        return self.written(commands.publish_post(post_id=post_id, by=by, seen=seen))


class WithdrawPost(PostView):
    """Make a published post of yours a draft again."""

    serializer_class = Nothing

    @once_per_key
    def post(self, request: Request, post_id: UUID) -> Response:
        by, seen = Person(author(request)), seen_versions(request)
        return self.written(commands.withdraw_post(post_id=post_id, by=by, seen=seen))
