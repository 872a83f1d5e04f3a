"""People who write through the gateway, and what came of it."""

import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

KNOWN_POSTS = 5
PATIENCE = 60.0  # seconds until what was written must have arrived
SAYINGS = ("What a lovely walk.", "I counted them too.", "More of this, please.", "The cat agrees.")
NOT_YET = (404, 502, 504)
NO_ANSWER = "no answer"


@dataclass
class Result:
    """The ids of what was accepted, how long that took, and what was refused how often."""

    posts: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        ordered = sorted(self.seconds) or [0.0]
        shares = [1000 * ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.95, 1)]
        refused = ", ".join(f"{times} x {how}" for how, times in self.refused.items()) or "nothing"
        return (
            f"accepted {len(self.posts)} posts, {len(self.edits)} edits, {len(self.comments)} comments; "
            f"refused {refused}; answered in {shares[0]:.0f} ms, one in twenty after {shares[1]:.0f} ms, "
            f"the last in {shares[2]:.0f} ms"
        )


@dataclass
class People:
    """They all write through one gateway; each has a token of their own."""

    url: str
    tokens: Sequence[str]
    result: Result = field(default_factory=Result)
    known: list[str] = field(default_factory=list)  # posts on which one can comment

    def write(self, number: int) -> None:
        """One write of a mix that is mostly comments; whatever becomes of it is counted."""
        author = number % len(self.tokens)
        kind = random.choices(("comment", "post", "edit"), weights=(6, 3, 1))[0]
        if kind == "post" or not self.known:
            body = {"title": f"Load {number}", "body": "Written by nobody in particular."}
            self._count(self.result.posts, author, "POST", "posts/api/v1/posts/", body)
        elif kind == "comment":
            path = f"comments/api/v1/posts/{random.choice(self.known)}/comments/"
            self._count(self.result.comments, author, "POST", path, {"body": random.choice(SAYINGS)})
        else:
            body = {"body": f"Edited: {number}."}
            self._count(self.result.edits, 0, "PATCH", f"posts/api/v1/posts/{self.known[0]}/", body)

    def begin(self) -> None:
        """Write posts and wait until one can comment on them; raises TimeoutError if one never can."""
        body = {"title": "Load", "body": "Written to be talked about."}
        posts = [self.ask("POST", "posts/api/v1/posts/", 0, body)[1]["id"] for _ in range(KNOWN_POSTS)]
        for post in posts:
            self.until(f"comments/api/v1/posts/{post}/comments/", "POST", {"body": SAYINGS[0]})
        self.known = posts

    def until(self, path: str, method: str = "GET", body: Any = None) -> float:
        """Ask until the answer is not 404, and return the seconds; raises TimeoutError."""
        began = time.monotonic()
        while self.ask(method, path, 0, body)[0] in NOT_YET:
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError(f"{path} is not known after {PATIENCE:.0f} s")
            time.sleep(0.05)  # between two looks over HTTP
        return time.monotonic() - began

    def _count(self, accepted: list[str], author: int, method: str, path: str, body: Any) -> None:
        began = time.monotonic()
        try:
            status, answer = self.ask(method, path, author, body)
        except OSError:
            self.result.refused[NO_ANSWER] += 1
            return
        if status < 300:
            accepted.append(answer["id"])
            self.result.seconds.append(time.monotonic() - began)
        else:
            self.result.refused[str(status)] += 1

    def ask(self, method: str, path: str, author: int, body: Any = None) -> tuple[int, Any]:
        """One request: the status, and the answer if it is no refusal."""
        headers = {"Authorization": f"Bearer {self.tokens[author]}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}/{path}", content, headers | {"Host": "localhost"}, method=method)
        try:
            with urlopen(request, timeout=40) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refused:
            with refused:
                return refused.code, None
