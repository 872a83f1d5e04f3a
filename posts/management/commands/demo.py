from typing import Any

from django.core.management.base import BaseCommand

from chassis.demo import demo_id
from posts import commands
from posts.models import Post

POSTS = [
    ("alice", "A garden on the roof", "Twelve boxes, four tomatoes and one very proud cat."),
    ("bruno", "Why the tram is late", "Three lines share one bridge. I counted trams there for a week."),
    (
        "chidi",
        "Bread without kneading",
        "Flour, water, salt, some yeast, and eighteen hours of sleep.",
    ),
    ("alice", "What the frost left", "The chillies are gone. The chard does not seem to have noticed."),
    ("dalia", "Letters from the archive", "A shoebox of postcards from 1931, mostly about the weather."),
]
DRAFT = ("bruno", "A timetable of my own", "Not finished: the numbers for Sunday are missing.")


class Command(BaseCommand):
    help = "Write a few posts by several authors; a second run changes nothing."

    def handle(self, *arguments: Any, **options: Any) -> None:
        texts = [(*post, True) for post in POSTS] + [(*DRAFT, False)]
        written = sum(_write(author, title, body, publish=publish) for author, title, body, publish in texts)
        self.stdout.write(f"demo: {written} posts written, {len(texts) - written} were there already")


def _write(author: str, title: str, body: str, *, publish: bool) -> bool:
    post_id = demo_id(title)
    if Post.objects.filter(pk=post_id).exists():
        return False
    commands.create_post(post_id=post_id, author=author, title=title, body=body, publish=publish)
    return True
