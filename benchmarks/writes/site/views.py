"""The POST of a post with less and less of the outbox; all that is not here is the service's own."""

from typing import Any

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response
from uuid_utils.compat import uuid7

from chassis.authentication import author
from chassis.idempotency.once import once_per_key
from posts import domain
from posts.api.views import MyPosts
from posts.domain import Status
from posts.models import Post


class WithoutAppend(MyPosts):
    """Tells nobody, and asks the outbox all the same which version was told last."""

    @once_per_key
    def post(self, request: Request) -> Response:
        wanted = self.wanted(request.data)
        publish = wanted.pop("status") == Status.PUBLISHED
        return self.created(create_post(author=author(request), publish=publish, **wanted))


class WithoutOutbox(WithoutAppend):
    """Neither tells anybody nor says what was told."""

    def written(self, thing: Any) -> Response:
        return Response(self.shown(thing), headers={"ETag": self.tag(thing)})


@transaction.atomic
def create_post(*, author: str, title: str, body: str, publish: bool) -> Post:
    """What the command of posts does, but for the event."""
    domain.check_text(title=title, body=body)
    post = Post(id=uuid7(), author=author, title=title, body=body, status=Status.DRAFT)
    if publish:
        post.status, post.published_at = Status.PUBLISHED, post.created_at
    post.save(force_insert=True)
    return post
