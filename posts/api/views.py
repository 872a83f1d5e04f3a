from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from chassis.authentication import author
from chassis.pagination import NewestFirst
from chassis.problems import Conflict
from chassis.views import CommandView
from posts import commands, domain, queries
from posts.api.serializers import NewPost, Nothing, PostDetail, PostText
from posts.domain import Person, Status


class PostView(CommandView):
    refusals = {
        domain.NoSuchPost: NotFound,
        domain.NotYours: PermissionDenied,
        domain.NotNow: Conflict,
        domain.Unwritable: ValidationError,
    }

    def shown(self, posts: Any, **options: Any) -> Any:
        return PostDetail(posts, context=self.get_serializer_context(), **options).data


class MyPosts(PostView):
    """What you wrote, newest first. A new post is published at once, unless its status is "draft"."""

    serializer_class = NewPost
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Any]:
        return queries.posts_of(author(self.request))

    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.shown(page, many=True))

    def post(self, request: Request) -> Response:
        wanted = self.wanted(request.data)
        publish = wanted.pop("status") == Status.PUBLISHED
        post = self.shown(commands.create_post(author=author(request), publish=publish, **wanted))
        return Response(post, status=status.HTTP_201_CREATED, headers={"Location": post["url"]})


class OnePost(PostView):
    """A post of yours, or one that is published.

    Its author may change and delete it, and publish or withdraw it by a POST to `publish/` or `withdraw/`.
    """

    permission_classes = [IsAuthenticatedOrReadOnly]
    serializer_class = PostText

    def get(self, request: Request, post_id: UUID) -> Response:
        reader = Person(author(request)) if request.user.is_authenticated else None
        return Response(self.shown(queries.readable_post(post_id, reader=reader)))

    def patch(self, request: Request, post_id: UUID) -> Response:
        wanted = self.wanted(request.data, partial=True)
        return Response(self.shown(commands.edit_post(post_id=post_id, by=Person(author(request)), **wanted)))

    def delete(self, request: Request, post_id: UUID) -> Response:
        commands.delete_post(post_id=post_id, by=Person(author(request)))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PublishPost(PostView):
    """Show a draft of yours to everyone."""

    serializer_class = Nothing

    def post(self, request: Request, post_id: UUID) -> Response:
        return Response(self.shown(commands.publish_post(post_id=post_id, by=Person(author(request)))))


class WithdrawPost(PostView):
    """Make a published post of yours a draft again."""

    serializer_class = Nothing

    def post(self, request: Request, post_id: UUID) -> Response:
        return Response(self.shown(commands.withdraw_post(post_id=post_id, by=Person(author(request)))))
