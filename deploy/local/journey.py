"""The proof that everything works: a post and its comments travel through all four services, over HTTP."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from deploy.local.trouble import Trouble

AUTHOR, READER = "journey-author", "journey-reader"
CLEAN, FORBIDDEN = "What a lovely walk.", "Buy orange paint now."
POLL_SECONDS = 0.02
Answer = tuple[int, Any]


class Stranded(Trouble):
    """A hop that was not made, with the processes whose logs tell why."""

    def __init__(self, what: str, suspects: str) -> None:
        super().__init__(f"the proof failed: {what}", mend=f"look into the log of {suspects}")
        self.suspects = suspects.split(" or ")


@dataclass
class Journey:
    """One post with two comments, timed hop by hop; the post is deleted again at the end."""

    urls: Mapping[str, str]
    token: Callable[[str], str]
    seconds: float = 30
    heard: Callable[[str, float], None] = lambda hop, milliseconds: None
    hops: dict[str, float] = field(default_factory=dict)

    def travel(self) -> dict[str, float]:
        """Prove every hop and return their milliseconds; raises Stranded at the hop that failed."""
        status, post = self.ask("POST", "posts", "posts/", AUTHOR, {"title": "A journey", "body": "Proof."})
        if status != 201:
            raise Stranded(f"writing a post was answered {status}: {post}", "posts.web")
        try:
            self.prove(post["id"])
        finally:
            self.ask("DELETE", "posts", f"posts/{post['id']}/", AUTHOR)
        self.hop(
            "post deleted -> gone from query",
            "posts.relay or query.worker",
            lambda: self.page(post["id"])[0] == 404,
        )
        return self.hops

    def prove(self, post: str) -> None:
        self.hop("post -> query", "posts.relay or query.worker", lambda: self.page(post)[0] == 200)
        wanted = self.hop(
            "post -> comments", "posts.relay or comments.worker", lambda: self.comment(post, CLEAN)
        )
        self.hop(
            "comment -> moderation -> approved",
            "comments.relay or moderation.worker or moderation.tasks or moderation.relay or comments.worker",
            lambda: self.status(wanted) == "approved",
        )
        self.hop("approved -> query", "comments.relay or query.worker", lambda: self.count(post) == 1)
        forbidden = self.hop("second comment", "comments.web", lambda: self.comment(post, FORBIDDEN))
        self.hop(
            'comment with "orange" -> rejected',
            "moderation.tasks or moderation.relay or comments.worker",
            lambda: self.status(forbidden) == "rejected",
        )
        self.never_shown(post, forbidden)

    def hop(self, name: str, suspects: str, reached: Callable[[], Any]) -> Any:
        """Ask again and again until the hop is made; what it was made with is returned."""
        began = time.monotonic()
        while not (result := reached()):
            if time.monotonic() - began > self.seconds:
                raise Stranded(f"{name}: not within {self.seconds:.0f} s", suspects)
            time.sleep(POLL_SECONDS)
        self.hops[name] = (time.monotonic() - began) * 1000
        self.heard(name, self.hops[name])
        return result

    def comment(self, post: str, body: str) -> str:
        """Write a comment and return its id; nothing while the comments service does not know the post."""
        status, answer = self.ask("POST", "comments", f"posts/{post}/comments/", READER, {"body": body})
        if status not in (201, 404):
            raise Stranded(f"a comment was answered {status}: {answer}", "comments.web")
        return str(answer["id"]) if status == 201 else ""

    def status(self, comment: str) -> str:
        return str(self.ask("GET", "comments", f"comments/{comment}/", READER)[1].get("status", ""))

    def page(self, post: str) -> Answer:
        return self.ask("GET", "query", f"posts/{post}/")

    def count(self, post: str) -> int:
        return int(self.page(post)[1].get("comment_count", -1))

    def never_shown(self, post: str, rejected: str) -> None:
        shown = json.dumps([self.page(post), self.ask("GET", "query", f"posts/{post}/comments/")])
        if rejected in shown or FORBIDDEN in shown or self.count(post) != 1:
            raise Stranded("query shows a rejected comment", "query.worker")

    def ask(self, method: str, service: str, path: str, author: str = "", body: Any = None) -> Answer:
        """One request to a service's API: its status and what it answered."""
        headers = {"Content-Type": "application/json"}
        if author:
            headers["Authorization"] = f"Bearer {self.token(author)}"
        content = None if body is None else json.dumps(body).encode()
        url = f"{self.urls[service]}/{service}/api/v1/{path}"
        try:
            with urlopen(Request(url, content, headers, method=method), timeout=10) as answer:
                return answer.status, json.loads(answer.read() or b"{}")
        except HTTPError as refused:
            return refused.code, read_refusal(refused)
        except URLError as problem:
            raise Stranded(f"{service} does not answer ({problem.reason})", f"{service}.web") from None


def read_refusal(refused: HTTPError) -> Any:
    text = refused.read().decode(errors="replace")
    return json.loads(text) if "json" in refused.headers.get("Content-Type", "") else {"detail": text[:200]}
