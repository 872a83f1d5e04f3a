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
from chassis.views import CommandView
from comments import commands, domain, queries
from comments.api.serializers import CommentDetail, CommentText
from comments.domain import Person


class NewestComments(NewestFirst):
    ordering = ("-written_at", "-id")


class CommentView(CommandView):
    serializer_class = CommentText
    shown_class = CommentDetail
    example = {"body": "Well said."}
    pagination_class = NewestComments
    refusals = {
        domain.NoSuchPost: NotFound,
        domain.NoSuchComment: NotFound,
        domain.NotYours: PermissionDenied,
        domain.Outdated: PreconditionFailed,
        domain.Unwritable: ValidationError,
    }


class CommentsOnPost(CommentView):
    """The approved comments on a post, newest first, and yours. A new comment waits until it is approved."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    def get_queryset(self) -> QuerySet[Any]:
        return queries.comments_on(self.kwargs["post_id"], reader=reader(self.request))

    def get(self, request: Request, post_id: UUID) -> Response:
        return self.page()

    @once_per_key
    def post(self, request: Request, post_id: UUID) -> Response:
        wanted = self.wanted(request.data)
        return self.created(commands.write_comment(post_id=post_id, author=author(request), **wanted))


class MyComments(CommentView):
    """What you wrote, in whatever state it is, newest first."""

    def get_queryset(self) -> QuerySet[Any]:
        return queries.comments_of(author(self.request))

    def get(self, request: Request) -> Response:
        return self.page()


class OneComment(CommentView):
    """A comment of yours, or one that is approved. Its author may change and delete it."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    def get(self, request: Request, comment_id: UUID) -> Response:
        return self.one(queries.readable_comment(comment_id, reader=reader(request)))

    def patch(self, request: Request, comment_id: UUID) -> Response:
        wanted, by = self.wanted(request.data, partial=True), Person(author(request))
        return self.written(
            commands.edit_comment(comment_id=comment_id, by=by, seen=seen_versions(request), **wanted)
        )

    def delete(self, request: Request, comment_id: UUID) -> Response:
        by, seen = Person(author(request)), seen_versions(request)
        commands.delete_comment(comment_id=comment_id, by=by, seen=seen)
        return self.removed(comment_id)


def reader(request: Request) -> Person | None:
    return Person(author(request)) if request.user.is_authenticated else None
