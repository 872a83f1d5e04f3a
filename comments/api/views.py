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
from chassis.views import CommandView
from comments import commands, domain, queries
from comments.api.serializers import CommentDetail, CommentText
from comments.domain import Person


class NewestComments(NewestFirst):
    ordering = ("-written_at", "-id")


class CommentView(CommandView):
    serializer_class = CommentText
    pagination_class = NewestComments
    refusals = {
        domain.NoSuchPost: NotFound,
        domain.NoSuchComment: NotFound,
        domain.NotYours: PermissionDenied,
        domain.Unwritable: ValidationError,
    }

    def shown(self, comments: Any, **options: Any) -> Any:
        return CommentDetail(comments, context=self.get_serializer_context(), **options).data

    def shown_page(self) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.shown(page, many=True))


class CommentsOnPost(CommentView):
    """The approved comments on a post, newest first, and yours. A new comment waits until it is approved."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    def get_queryset(self) -> QuerySet[Any]:
        return queries.comments_on(self.kwargs["post_id"], reader=reader(self.request))

    def get(self, request: Request, post_id: UUID) -> Response:
        return self.shown_page()

    def post(self, request: Request, post_id: UUID) -> Response:
        wanted = self.wanted(request.data)
        comment = self.shown(commands.write_comment(post_id=post_id, author=author(request), **wanted))
        return Response(comment, status=status.HTTP_201_CREATED, headers={"Location": comment["url"]})


class MyComments(CommentView):
    """What you wrote, in whatever state it is, newest first."""

    def get_queryset(self) -> QuerySet[Any]:
        return queries.comments_of(author(self.request))

    def get(self, request: Request) -> Response:
        return self.shown_page()


class OneComment(CommentView):
    """A comment of yours, or one that is approved. Its author may change and delete it."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    def get(self, request: Request, comment_id: UUID) -> Response:
        return Response(self.shown(queries.readable_comment(comment_id, reader=reader(request))))

    def patch(self, request: Request, comment_id: UUID) -> Response:
        wanted, by = self.wanted(request.data, partial=True), Person(author(request))
        return Response(self.shown(commands.edit_comment(comment_id=comment_id, by=by, **wanted)))

    def delete(self, request: Request, comment_id: UUID) -> Response:
        commands.delete_comment(comment_id=comment_id, by=Person(author(request)))
        return Response(status=status.HTTP_204_NO_CONTENT)


def reader(request: Request) -> Person | None:
    return Person(author(request)) if request.user.is_authenticated else None
