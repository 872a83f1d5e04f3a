"""Takes over posts from another site, many at a time."""

from collections.abc import Sequence

from django.db import transaction

from chassis.wordpress import ExportedPost
from chassis.wordpress.batches import Tally, unknown
from chassis.wordpress.text import plain
from posts import domain
from posts.commands.posts import whole_state
from posts.domain import Status
from posts.models import Post
from shared_events import outbox
from shared_events.catalogue import PostCreated


@transaction.atomic
def import_posts(exported: Sequence[ExportedPost]) -> Tally:
    """Write the posts that were never here; a draft is told to nobody."""
    new = unknown(exported, among=Post.objects.all())
    tally = Tally(present=len(exported) - len(new))
    posts = [post for record in new if (post := _post(record, tally))]
    Post.objects.bulk_create(posts)
    outbox.append(*(PostCreated(**whole_state(post)) for post in posts if post.status == Status.PUBLISHED))
    tally.came = len(posts)
    return tally


def _post(exported: ExportedPost, tally: Tally) -> Post | None:
    """The post as the rules allow it, or none if they refuse it."""
    given = plain(exported.title)
    title = domain.fitting_title(given, words="" if given else plain(exported.body))
    try:
        domain.check_author(exported.author)
        domain.check_text(title=title, body=exported.body)
    except domain.Unwritable as refusal:
        tally.refuse(exported, str(refusal))
        return None
    if title != given:
        tally.change(exported, "its title was too long" if given else "it had no title")
    return Post(
        id=exported.id,
        author=exported.author,
        title=title,
        body=exported.body,
        status=Status(exported.status),
        created_at=exported.written_at,
        published_at=exported.written_at if exported.status == "published" else None,
    )
