"""Takes over comments from another site, many at a time."""

from collections.abc import Sequence

from django.db import transaction

from chassis.wordpress import ExportedComment
from chassis.wordpress.batches import Tally, unknown
from chassis.wordpress.text import plain
from comments import domain
from comments.commands.comments import whole_state
from comments.domain import Status
from comments.models import Comment
from shared_events import outbox
from shared_events.catalogue import CommentCreated


@transaction.atomic
def import_comments(exported: Sequence[ExportedComment]) -> Tally:
    """Write the comments that were never here, whether or not their posts are known; each is told."""
    new = unknown(exported, among=Comment.objects.all())
    tally = Tally(present=len(exported) - len(new))
    comments = [comment for record in new if (comment := _comment(record, tally))]
    Comment.objects.bulk_create(comments)
    outbox.append(*(CommentCreated(**whole_state(comment)) for comment in comments))
    tally.came = len(comments)
    return tally


def _comment(exported: ExportedComment, tally: Tally) -> Comment | None:
    """The comment as the rules allow it, or none if they refuse it."""
    try:
        domain.check_text(exported.body)
    except domain.Unwritable as refusal:
        tally.refuse(exported, str(refusal))
        return None
    signed = plain(exported.author)
    author = domain.fitting_signature(signed)
    if signed and author != signed:
        tally.change(exported, "its author's name was too long")
    return Comment(
        id=exported.id,
        post_id=exported.post_id,
        author=author,
        body=exported.body,
        status=Status(exported.status),
        written_at=exported.written_at,
        is_imported=True,
    )
