"""C. Bodies that are no bodies, too large, too deep, or not the text they claim to be."""

import gzip
import json
from uuid import uuid4

import pytest

from tests.security.harm import harmless
from tests.security.rows import SHOWN

JSON = "application/json"
TARGETS = {
    "posts": ("api/v1/posts/", {"title": "A title", "body": "A body"}, "body"),
    "comments": (f"api/v1/posts/{SHOWN}/comments/", {"body": "A body"}, "body"),
    "moderation": ("api/v1/rules/", {"name": "", "kind": "words", "value": "a", "action": "hold"}, "value"),
}
DEEP, DEEPER = "[" * 5_000, "[" * 200_000


def text(value: str) -> str:
    """A body whose text is this JSON; the rest of it is good."""
    return "TEXT" + value


def more(member: str) -> str:
    """A good body with one member more."""
    return "MORE" + member


BODIES = {
    "S33 NUL in a text": (text(r'"a\u0000b"'), 400),
    "S34 NUL in a key nobody asked for": (more(r'"a\u0000b": 1'), {400, 201}),
    "S34 NUL in a value nobody asked for": (more(r'"more": "a\u0000b"'), {400, 201}),
    "S34 an object with NUL for a text": (text(r'{"a\u0000": "\u0000"}'), 400),
    "S35 lone surrogate in a text": (text(r'"a\ud800b"'), 400),
    "S35 lone low surrogate in a text": (text(r'"a\udc00b"'), 400),
    "S36 lone surrogate in a key nobody asked for": (more(r'"a\ud800b": 1'), {400, 201}),
    "S36 lone surrogate in a value nobody asked for": (more(r'"more": ["a\ud800b"]'), {400, 201}),
    "S37 not UTF-8": (b'{"title": "\xff\xfe", "body": "\xc3\x28"}', 400),
    "S37 UTF-16": ('{"title": "a", "body": "b"}'.encode("utf-16"), 400),
    "S40 UTF-8 with a mark in front": (b"\xef\xbb\xbf{}", 400),
    "S40 gzip without saying so": (gzip.compress(b'{"title": "a", "body": "b"}'), 400),
    "S41 5,000 deep": (DEEP, 400),
    "S41 5,000 deep and closed": (DEEP + "]" * 5_000, 400),
    "S41 200,000 deep": (DEEPER, 400),
    "S41 5,000 objects deep": ('{"a":' * 5_000, 400),
    "S41 deep beside good text": (more('"more": ' + "[" * 900 + "]" * 900), 400),
    "S43 100,000 keys": (more(",".join(f'"{number}":1' for number in range(100_000))), 400),
    "S43 an array of a million": (more('"more": [' + "1," * 400_000 + "1]"), 400),
    "S43 an array of two million": (more('"more": [' + "1," * 2_000_000 + "1]"), 413),
    "S44 an integer of 5,000 digits": (more('"more": ' + "9" * 5_000), 400),
    "S44 an integer of 5,000 digits for a text": (text("9" * 5_000), 400),
    "S45 NaN": (text("NaN"), 400),
    "S45 Infinity": (more('"more": Infinity'), 400),
    "S45 1e999": (text("1e999"), 400),
    "S45 1e999 where nobody asked": (more('"more": 1e999'), 400),
    "S47 an array": ("[]", 400),
    "S47 null": ("null", 400),
    "S47 a string": ('"x"', 400),
    "S47 a number": ("1", 400),
    "S47 nothing": ("", 400),
    "S47 spaces": ("   ", 400),
    "S47 two documents": ("{}{}", 400),
    "S48 an object for a text": (text('{"a": 1}'), 400),
    "S48 a list for a text": (text('["a"]'), 400),
    "S48 true for a text": (text("true"), 400),
    "S48 a number for a text": (text("7"), 400),
    "S48 null for a text": (text("null"), 400),
    "S51 a text of spaces": (text('"   "'), 400),
    "S51 a text of 100,000 characters": (text(f'"{"a" * 100_000}"'), 400),
    "S52 a body over the limit": (text(f'"{"a" * 2_000_000}"'), 413),
}


@pytest.mark.parametrize("service", TARGETS)
@pytest.mark.parametrize("name", BODIES)
def test_body(site, service, name):
    given, expected = BODIES[name]
    path, good, field = TARGETS[service]
    good = good | ({"name": uuid4().hex} if "name" in good else {})
    token = site.anybody("moderator")

    answer = harmless(site.ask(service, "POST", path, filled(given, good, field), token=token))

    assert answer.status in (expected if isinstance(expected, set) else {expected}), answer
    assert harmless(site.ask(service, "GET", path, token=token)).status == 200


def filled(given: str | bytes, good: dict[str, str], field: str) -> bytes:
    """A body as the table describes it, for one of the targets."""
    if isinstance(given, bytes):
        return given
    if given.startswith("TEXT"):
        rest = {key: value for key, value in good.items() if key != field}
        return f'{{"{field}": {given[4:]}, {json.dumps(rest)[1:]}'.replace(", }", "}").encode()
    if given.startswith("MORE"):
        return f"{json.dumps(good)[:-1]}, {given[4:]}}}".encode()
    return given.encode()


CONTENT_TYPES = {
    "S39 charset base64": (f"{JSON}; charset=base64", 400),
    "S39 charset zlib": (f"{JSON}; charset=zlib", 400),
    "S39 charset undefined": (f"{JSON}; charset=undefined", 400),
    "S39 charset unknown": (f"{JSON}; charset=klingon", 400),
    "S39 charset with NUL": (f"{JSON}; charset=\x00", 400),
    "S55 plain text": ("text/plain", 415),
    "S55 XML": ("application/xml", 415),
    "S55 a form": ("application/x-www-form-urlencoded", 415),
    "S55 a form in parts": ("multipart/form-data; boundary=x", 415),
    "S55 no kind": ("", 415),
    "S55 no such kind": ("nonsense", 415),
    "S55 YAML": ("application/yaml", 415),
}


@pytest.mark.parametrize("name", CONTENT_TYPES)
def test_content_type(site, name):
    content_type, expected = CONTENT_TYPES[name]
    answer = site.ask(
        "posts",
        "POST",
        "api/v1/posts/",
        b"\x00{}",
        token=site.anybody(),
        headers={"Content-Type": content_type},
    )

    assert harmless(answer).status == expected, answer


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"], ids=lambda name: f"S40 {name}")
def test_content_encoding(site, encoding):
    body, headers = gzip.compress(b'{"title": "a", "body": "b"}'), {"Content-Encoding": encoding}
    answer = site.ask("posts", "POST", "api/v1/posts/", body, token=site.anybody(), headers=headers)

    assert harmless(answer).status in (400, 415), answer


@pytest.mark.parametrize(
    "accept", ["application/pdf", "text/csv", "nonsense"], ids=lambda name: f"S56 {name}"
)
def test_accept(site, accept):
    answer = site.ask("posts", "GET", "api/v1/posts/", token=site.anybody(), headers={"Accept": accept})

    assert harmless(answer).status == 406, answer


def test_s51_a_title_of_the_greatest_length_in_four_byte_characters(site):
    def write(length: int) -> int:
        body = {"title": "🐧" * length, "body": "🐧" * 50_000}
        return harmless(site.ask("posts", "POST", "api/v1/posts/", body, token=site.anybody())).status

    assert (write(200), write(201)) == (201, 400)
