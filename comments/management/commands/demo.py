from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from chassis.demo import demo_id
from comments import commands
from comments.domain import NoSuchPost
from comments.models import Comment

# The title of a demo post, who says something about it, and what; rules that ship reject the one on oranges.
COMMENTS = [
    ("A garden on the roof", "bruno", "How do you get the water up there?"),
    ("A garden on the roof", "dalia", "The cat is right to be proud: twelve boxes is a lot of carrying."),
    ("A garden on the roof", "chidi", "Try an orange tree next. I would trade you bread for the fruit."),
    ("Why the tram is late", "alice", "A whole week on a bridge! Thank you for counting, so I need not."),
    ("Bread without kneading", "dalia", "Mine came out flat. Was it too warm, or not long enough?"),
    ("Bread without kneading", "chidi", "Too warm, I think. A cool kitchen is what makes it slow."),
    ("What the frost left", "bruno", "Chard notices nothing. It will be there when we are gone."),
]


class Command(BaseCommand):
    help = (
        "Comment on the demo posts of the posts service, as far as these are known here; "
        "a second run writes only what was missing."
    )

    def handle(self, *arguments: Any, **options: Any) -> None:
        came_to = Counter(_write(title, author, body) for title, author, body in COMMENTS)
        written, there, waiting = (came_to[outcome] for outcome in ("written", "there", "waiting"))
        self.stdout.write(f"demo: {written} comments written, {there} were there already")
        if waiting:
            self.stdout.write(f"demo: {waiting} wait for posts not known here yet: run it again later")


def _write(title: str, author: str, body: str) -> str:
    comment_id = demo_id(body)
    if Comment.objects.filter(pk=comment_id).exists():
        return "there"
    try:
        commands.write_comment(comment_id=comment_id, post_id=demo_id(title), author=author, body=body)
    except NoSuchPost:
        return "waiting"
    return "written"
