from functools import lru_cache
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, QueryDict
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chassis.freshness import WaitsForNews
from query import queries
from query.api import bodies, ready
from query.api.ready import Answer
from query.api.serializers import (
    CommentsPage,
    FeedParameters,
    PageParameters,
    Parameters,
    PostsPage,
    ShownPost,
)


class OpenView(WaitsForNews, APIView):
    """Nobody is asked who they are: an expired token, or an issuer that is away, stops no reader.

    Whoever has an answer already and asks whether it changed is told so from the tags alone.
    """

    authentication_classes = []
    permission_classes = [AllowAny]
    renderer_classes = ready.RENDERERS
    content_negotiation_class = ready.Negotiation
    parameters: type[Parameters] = Parameters
    answers_have_tags = True  # a list as well

    def wanted(self) -> dict[str, Any]:
        """The parameters of the request, checked."""
        return dict(_checked(self.parameters, self.request.META.get("QUERY_STRING", "").encode("latin-1")))

    def perform_authentication(self, request: Request) -> None:
        """There is nobody to find out about."""

    def handle_exception(self, exc: Exception) -> Response:
        unknown = isinstance(exc, queries.NoSuchPost)
        return super().handle_exception(NotFound(str(exc)) if unknown else exc)


class Feed(OpenView):
    """Published posts, newest first, each with its newest comments.

    `?author=` shows those of one author, `?q=` those that hold some words; `?page_size=` is at most 100.
    """

    parameters = FeedParameters
    shown_class = PostsPage

    def get(self, request: Request) -> HttpResponseBase:
        wanted = self.wanted()

        def make() -> Answer:
            page = queries.feed(**wanted)
            return Answer(ready.tag_of(queries.marks_of(page)), bodies.feed(request, page).encode())

        def tag() -> str:
            return ready.tag_of(queries.feed_marks(**wanted))

        return ready.answer(request, tag=tag, make=make, repeatable=True)


class PostPage(OpenView):
    """A published post with its newest comments; `comments_url` leads to all of them."""

    shown_class = ShownPost

    def get(self, request: Request, post_id: UUID) -> HttpResponseBase:
        self.wanted()

        def make() -> Answer:
            document = queries.post_page(post_id)
            return Answer(f'"{document.tag}"', bodies.post(request, document).encode())

        return ready.answer(request, tag=lambda: f'"{queries.post_tag(post_id)}"', make=make)


class Comments(OpenView):
    """All comments of a published post, newest first; `?page_size=` is at most 100."""

    parameters = PageParameters
    shown_class = CommentsPage

    def get(self, request: Request, post_id: UUID) -> HttpResponseBase:
        page = queries.comments_of(post_id, **self.wanted())
        return ready.answer_with(request, bodies.comments(request, page))


@lru_cache(maxsize=1000)
def _checked(parameters: type[Parameters], query: bytes) -> dict[str, Any]:
    # The same text means the same every time, and to check it takes longer than to join a page.
    wanted = parameters(data=QueryDict(query))
    wanted.is_valid(raise_exception=True)
    return dict(wanted.validated_data)
