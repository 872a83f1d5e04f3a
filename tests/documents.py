"""What query sends to readers, made again from the owners' rows by the simplest means there are."""

import json
from collections.abc import Callable
from typing import Any

Ask = Callable[[str, str], list[tuple[Any, ...]]]  # a service, a statement

NEWEST_COMMENTS = 5
POSTS = (
    "SELECT id, author, title, body FROM posts_post WHERE published_at IS NOT NULL AND status = 'published'"
)
COMMENTS = (
    "SELECT post_id, id, author, body FROM comments_comment "
    "WHERE status = 'approved' AND deleted_at IS NULL ORDER BY written_at DESC, id DESC"
)
SENT = "SELECT id, text FROM query_postdocument WHERE is_shown"


def differences(ask: Ask) -> list[str]:
    """A line for each of the first few posts of which readers are sent something else than there is."""
    wanted = expected(ask)
    sent = {plain(key): _sent(json.loads(text)) for key, text in ask("query", SENT)}
    wrong = [key for key in wanted.keys() | sent.keys() if wanted.get(key) != sent.get(key)]
    return [f"readers are sent {sent.get(key)} of {wanted.get(key)}" for key in sorted(wrong)[:3]]


def expected(ask: Ask) -> dict[str, Any]:
    comments: dict[str, list[tuple[str, ...]]] = {}
    for post, key, *texts in ask("comments", COMMENTS):
        comments.setdefault(plain(post), []).append((plain(key), *texts))
    found = {}
    for key, *texts in ask("posts", POSTS):
        own = comments.get(plain(key), [])
        found[plain(key)] = (*texts, len(own), own[:NEWEST_COMMENTS])
    return found


def _sent(post: dict[str, Any]) -> tuple[Any, ...]:
    comments = [(plain(one["id"]), one["author"], one["body"]) for one in post["comments"]]
    return (post["author"], post["title"], post["body"], post["comment_count"], comments)


def plain(key: object) -> str:
    """An id, however its database writes it."""
    return str(key).replace("-", "")
