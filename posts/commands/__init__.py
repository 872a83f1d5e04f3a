"""Changes posts and tells the others: one transaction each."""

from posts.commands.importing import import_posts
from posts.commands.posts import (
    create_post,
    delete_post,
    edit_post,
    publish_post,
    take_verdict,
    withdraw_post,
)

__all__ = [
    "create_post",
    "delete_post",
    "edit_post",
    "import_posts",
    "publish_post",
    "take_verdict",
    "withdraw_post",
]
