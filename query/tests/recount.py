"""What documents have to say, made from the replicas by the simplest means there are."""

import json
from typing import Any

from query.models import CommentReplica, PostDocument, PostReplica
from query.projections import NEWEST_COMMENTS


def documents() -> dict[str, Any]:
    """What readers would be sent, by post; checks that what they are not sent is nowhere kept."""
    found = {}
    for document in PostDocument.objects.all():
        if document.is_shown:
            found[str(document.id)] = json.loads(document.text)
            assert found[str(document.id)]["author"] == document.author
        else:
            assert (document.text, document.author, document.tag) == ("", "", "")
    return found


def counts() -> dict[str, int]:
    """The number of comments that each document has noted, shown or not."""
    return {
        str(key): count for key, count in PostDocument.objects.values_list("id", "comment_count") if count
    }


def expected_documents() -> dict[str, Any]:
    return {str(post.id): _expected(post) for post in PostReplica.objects.filter(status="published")}


def expected_counts() -> dict[str, int]:
    posts = [str(comment.post_id) for comment in CommentReplica.objects.filter(status="approved")]
    return {post: posts.count(post) for post in posts}


def _expected(post: PostReplica) -> dict[str, Any]:
    comments = list(CommentReplica.objects.filter(status="approved", post_id=post.id))
    comments.sort(key=lambda comment: (comment.written_at, comment.id), reverse=True)
    return {
        "id": str(post.id),
        "author": post.author,
        "title": post.title,
        "body": post.body,
        "published_at": post.published_at.isoformat().replace("+00:00", "Z"),
        "comment_count": len(comments),
        "comments": [_shown(comment) for comment in comments[:NEWEST_COMMENTS]],
    }


def _shown(comment: CommentReplica) -> dict[str, Any]:
    return {
        "id": str(comment.id),
        "author": comment.author,
        "body": comment.body,
        "written_at": comment.written_at.isoformat().replace("+00:00", "Z"),
    }
