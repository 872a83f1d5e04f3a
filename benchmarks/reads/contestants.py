"""Who is asked for what, and that all of them answer the same."""

from typing import Any

import requests

from benchmarks.load import Asked
from deploy.local.trouble import Trouble

FEED = "/query/api/v1/posts/"
# In the order of the table.
NAMES = ("query", "not_modified", "drf_nested", "sync_fanout", "sync_fanout_batched", "django_hello")
LIKE_QUERY = ("drf_nested", "sync_fanout", "sync_fanout_batched")
POST = ("id", "author", "title", "body", "published_at", "comment_count")
COMMENT = ("id", "author", "body", "written_at")


def asked(base: str) -> dict[str, Asked]:
    """What is asked of each; ``not_modified`` has the tag that query answers with right now."""
    tag = requests.get(f"{base}{FEED}", timeout=10).headers["ETag"]
    found = {name: Asked(paths=[f"/bench/{name}/"]) for name in NAMES}
    return found | {
        "query": Asked(paths=[FEED]),
        "not_modified": Asked(paths=[FEED], headers={"If-None-Match": tag}),
    }


def compare(base: str) -> None:
    """Have every contestant answer once; raises Trouble unless the same posts and comments are in each."""
    wanted = shown(base, FEED)
    if not wanted or any(len(post[-1]) != 5 for post in wanted):
        raise Trouble("the feed does not hold posts with five comments each", mend="fill the database again")
    for name in LIKE_QUERY:
        if shown(base, f"/bench/{name}/") != wanted:
            raise Trouble(f"{name} does not answer the same as query", mend="compare the two answers")


def deep_pages(base: str, posts: int) -> Asked:
    """Pages that begin anywhere in the feed, more of them than any process keeps."""
    answer = requests.get(f"{base}/bench/cursors/{posts}/", timeout=60)
    answer.raise_for_status()
    return Asked(paths=[f"{FEED}?cursor={cursor}" for cursor in answer.json()])


def shown(base: str, path: str) -> list[Any]:
    answer = requests.get(f"{base}{path}", headers={"Accept": "application/json"}, timeout=10)
    answer.raise_for_status()
    return [
        [
            *(post[name] for name in POST),
            [[comment[name] for name in COMMENT] for comment in post["comments"]],
        ]
        for post in answer.json()["results"]
    ]
