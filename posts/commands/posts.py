"""Changes posts one at a time."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from posts import domain
from posts.domain import Person, Status
from posts.models import Post
from shared_events import outbox
from shared_events.catalogue import PostCreated, PostDeleted, PostUpdated

Seen = Collection[int] | None  # the versions that the change may start from; any, if none are named


@transaction.atomic
def create_post(*, author: str, title: str, body: str, publish: bool, post_id: UUID | None = None) -> Post:
    """Write a post; a draft is told to nobody."""
    domain.check_text(title=title, body=body)
    post = Post(id=post_id or uuid7(), author=author, title=title, body=body, status=Status.DRAFT)
    if publish:
        post.status, post.published_at = Status.PUBLISHED, post.created_at
    post.save(force_insert=True)
    if publish:
        outbox.append(PostCreated(**whole_state(post)))
    return post


@transaction.atomic
def edit_post(
    *, post_id: UUID, by: Person, title: str | None = None, body: str | None = None, seen: Seen = None
) -> Post:
    """Change the text; a text that stays as it was makes no new edition."""
    post = _post_to_change(post_id, by=by, seen=seen)
    text = (post.title if title is None else title, post.body if body is None else body)
    if text == (post.title, post.body):
        return post
    domain.check_text(title=text[0], body=text[1])
    post.title, post.body = text
    post.edition, post.verdict_version = post.edition + 1, 0
    post.status = domain.status_after_edit(Status(post.status), is_told=_is_told(post))
    _save_next_version(post)
    if _is_told(post):
        outbox.append(PostUpdated(**whole_state(post)))
    return post


@transaction.atomic
def publish_post(*, post_id: UUID, by: Person, seen: Seen = None) -> Post:
    """Show a draft to everyone; a published post stays as it is."""
    post = _post_to_change(post_id, by=by, seen=seen)
    domain.check_not_hidden(Status(post.status))
    if _is_told(post):
        return post
    post.status, post.published_at = Status.PUBLISHED, timezone.now()
    _save_next_version(post)
    outbox.append(PostCreated(**whole_state(post)))
    return post


@transaction.atomic
def withdraw_post(*, post_id: UUID, by: Person, seen: Seen = None) -> Post:
    """Make a published post a draft again; a draft stays as it is."""
    post = _post_to_change(post_id, by=by, seen=seen)
    domain.check_not_hidden(Status(post.status))
    if not _is_told(post):
        return post
    post.status, post.published_at = Status.DRAFT, None
    _save_next_version(post)
    outbox.append(PostDeleted(post_id=post.id, version=post.version))
    return post


@transaction.atomic
def delete_post(*, post_id: UUID, by: Person, seen: Seen = None) -> None:
    """Empty a post for good."""
    post = _post_to_change(post_id, by=by, seen=seen)
    was_told = _is_told(post)
    post.title, post.body, post.status = "", "", Status.DRAFT
    post.published_at, post.deleted_at = None, timezone.now()
    _save_next_version(post)
    if was_told:
        outbox.append(PostDeleted(post_id=post.id, version=post.version))


@transaction.atomic(savepoint=False)  # what fails here fails with its event
def take_verdict(*, post_id: UUID, edition: int, approved: bool, version: int) -> None:
    """Do what moderation decided about a text; a verdict on an older text changes nothing."""
    post = _locked(post_id)
    if post.deleted_at or not domain.takes_effect(
        edition=edition, version=version, current_edition=post.edition, last_version=post.verdict_version
    ):
        return
    status, post.verdict_version = Status(post.status), version
    post.status = domain.status_after_verdict(status, approved=approved, is_told=_is_told(post))
    if post.status == status:
        post.save(update_fields=["verdict_version"])
        return
    _save_next_version(post)
    if _is_told(post):
        outbox.append(PostUpdated(**whole_state(post)))


def _locked(post_id: UUID) -> Post:
    post = Post.objects.select_for_update().filter(pk=post_id).first()
    if post is None:
        raise domain.NoSuchPost
    return post


def _post_to_change(post_id: UUID, *, by: Person, seen: Seen) -> Post:
    post = _locked(post_id)
    if post.deleted_at:
        raise domain.NoSuchPost
    domain.check_may_change(by, author=post.author, status=Status(post.status))
    domain.check_seen(seen, version=post.version)
    return post


def _save_next_version(post: Post) -> None:
    post.version += 1
    post.save()


def _is_told(post: Post) -> bool:
    return post.published_at is not None


def whole_state(post: Post) -> dict[str, Any]:
    """The whole state, as both events carry it."""
    return {
        "post_id": post.id,
        "version": post.version,
        "edition": post.edition,
        "author": post.author,
        "title": post.title,
        "body": post.body,
        "status": str(post.status),
        "published_at": post.published_at,
    }
