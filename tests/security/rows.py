"""Fills the database of one service: `python -m tests.security.rows posts`, in its environment."""

import sys
from uuid import UUID

from deploy.local.state import State
from tests.security import routes

SHOWN, DRAFT, HIDDEN = UUID(int=1), UUID(int=2), UUID(int=3)
APPROVED, PENDING = UUID(int=11), UUID(int=12)
SECRET_WORD = "quokka"
AUTHOR, COMMENTER, PROLIFIC = "ann", "bob", "cleo"
STAFF, PASSWORD = "admin", "correct horse battery"
MANY = 105
ROUTES = "routes-{}"


def main(service: str) -> None:
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    get_user_model()._default_manager.create_superuser(STAFF, f"{STAFF}@example.org", PASSWORD)
    FILLING[service]()
    State().write(ROUTES.format(service), {"lines": routes.lines()})


def fill_posts() -> None:
    from django.db import transaction

    from posts import commands

    with transaction.atomic():
        for post_id, word in ((SHOWN, "shown"), (DRAFT, SECRET_WORD), (HIDDEN, SECRET_WORD)):
            commands.create_post(
                post_id=post_id, author=AUTHOR, title=word, body=word, publish=post_id != DRAFT
            )
        commands.take_verdict(post_id=HIDDEN, edition=1, approved=False, version=1)
        for number in range(MANY):
            commands.create_post(author=PROLIFIC, title=f"Number {number}", body="Text", publish=True)


def fill_comments() -> None:
    from comments import commands
    from comments.models import Comment
    from comments.tests.events import judged, post_created
    from shared_events.testing import deliver

    deliver(post_created(SHOWN, author=AUTHOR), post_created(HIDDEN, author=AUTHOR, status="hidden"))
    for comment_id, body in ((APPROVED, "Approved"), (PENDING, SECRET_WORD)):
        commands.write_comment(post_id=SHOWN, author=COMMENTER, body=body, comment_id=comment_id)
    deliver(judged(Comment.objects.get(pk=APPROVED), "approved"))


def fill_moderation() -> None:
    from moderation.tests.events import held, no_oranges

    held(PENDING.int, author=COMMENTER)
    no_oranges()


def fill_query() -> None:
    from query.tests.events import comment_created, comment_updated, post_created
    from shared_events.testing import deliver

    deliver(
        *(post_created(number) for number in range(100, 100 + MANY)),
        post_created(SHOWN.int, author=AUTHOR),
        post_created(HIDDEN.int, author=AUTHOR, title=SECRET_WORD, body=SECRET_WORD, status="hidden"),
        comment_updated(APPROVED.int, post=SHOWN.int, author=COMMENTER),
        comment_created(PENDING.int, post=SHOWN.int, author=COMMENTER, body=SECRET_WORD),
    )


FILLING = {"posts": fill_posts, "comments": fill_comments, "moderation": fill_moderation, "query": fill_query}

if __name__ == "__main__":
    main(sys.argv[1])
