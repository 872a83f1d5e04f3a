from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from query import queries
from query.api.pages import NewestComments, NewestPosts
from query.api.serializers import FeedFilter, ShownComment, ShownPost


class OpenView(GenericAPIView):
    """Nobody is asked who they are: an expired token, or an issuer that is away, stops no reader."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def handle_exception(self, exc: Exception) -> Response:
        unknown = isinstance(exc, queries.NoSuchPost)
        return super().handle_exception(NotFound(str(exc)) if unknown else exc)


class Feed(OpenView):
    """Published posts, newest first, each with its newest comments; ?author= shows those of one author."""

    serializer_class = ShownPost
    pagination_class = NewestPosts

    def get_queryset(self) -> QuerySet[Any, queries.Row]:
        wanted = FeedFilter(data=self.request.query_params)
        wanted.is_valid(raise_exception=True)
        return queries.feed(**wanted.validated_data)

    def get(self, request: Request) -> Response:
        posts = queries.with_comments(self.paginate_queryset(self.get_queryset()) or [])
        return self.get_paginated_response(self.get_serializer(posts, many=True).data)


class PostPage(OpenView):
    """A published post with its newest comments."""

    serializer_class = ShownPost

    def get(self, request: Request, post_id: UUID) -> Response:
        return Response(self.get_serializer(queries.post_page(post_id)).data)


class Comments(OpenView):
    """All comments of a published post, newest first."""

    serializer_class = ShownComment
    pagination_class = NewestComments

    def get_queryset(self) -> QuerySet[Any, queries.Row]:
        return queries.comments_of(self.kwargs["post_id"])

    def get(self, request: Request, post_id: UUID) -> Response:
        comments = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(comments, many=True).data)
