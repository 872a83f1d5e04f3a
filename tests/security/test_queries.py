"""C. Parameters, cursors and addresses that mean nothing."""

import base64
from urllib.parse import quote, urlencode

import pytest

from tests.security.harm import harmless
from tests.security.rows import MANY, PROLIFIC, SHOWN

LISTS = {
    "posts": "api/v1/posts/",
    "comments": f"api/v1/posts/{SHOWN}/comments/",
    "moderation": "api/v1/cases/",
    "query": "api/v1/posts/",
}


def cursor(inner: str) -> str:
    return urlencode({"cursor": base64.b64encode(inner.encode("utf-8", "surrogatepass")).decode()})


PARAMETERS = {
    "S50 year 1 east of everything": (cursor("p=0001-01-01T00:00:00+14:00"), {400, 404}),
    "S50 year 9999 west of everything": (cursor("p=9999-12-31T23:59:59-14:00"), {200, 400, 404}),
    "S50 year 99999": (cursor("p=99999-01-01T00:00:00Z"), {400, 404}),
    "S50 a year before the first": (cursor("p=-0001-01-01T00:00:00Z"), {400, 404}),
    "S57 NUL": ("q=%00", {200, 400}),
    "S57 NUL in an author": ("author=%00", {200, 400}),
    "S57 NUL in a state": ("state=%00", {200, 400}),
    "S57 lone surrogate": ("author=%ED%A0%80&q=%ED%A0%80", {200, 400}),
    "S57 not UTF-8": ("author=%ff%fe&q=%ff", {200, 400}),
    "S59 no id": ("id=zzz", {200, 400}),
    "S59 no moment": ("since=yesterday", {200, 400}),
    "S60 a number beyond all": ("page_size=" + "9" * 30, {200, 400}),
    "S60 a number of 5,000 digits": ("page_size=" + "9" * 5_000, {400, 414}),
    "S60 minus nothing": ("page_size=-0", 400),
    "S60 an exponent": ("page_size=1e3", 400),
    "S60 Arabic digits": ("page_size=" + quote("٣"), {200, 400}),
    "S62 page 0": ("page=0", {200, 400, 404}),
    "S62 page -1": ("page=-1", {200, 400, 404}),
    "S62 page beyond all": ("page=" + "9" * 30, {200, 400, 404}),
    "S63 a page of minus five": ("page_size=-5", 400),
    "S63 a page of nothing": ("page_size=0", 400),
    "S63 a page of abc": ("page_size=abc", 400),
    "S65 no cursor": ("cursor=garbage", {400, 404}),
    "S65 no base 64": ("cursor=%00%ff", {400, 404}),
    "S65 no moment in a cursor": (cursor("p=notadate"), {400, 404}),
    "S65 NUL in a cursor": (cursor("p=\x00"), {400, 404}),
    "S65 a surrogate in a cursor": (cursor("p=\ud800"), {400, 404}),
    "S65 a far offset": (cursor("o=" + "9" * 30), {200, 400, 404}),
    "S65 an offset that is none": (cursor("o=x"), {400, 404}),
    "S65 a cursor the wrong way": (cursor("r=x&p=2026-01-01T00:00:00Z"), {200, 400, 404}),
    "S65 a cursor without a zone": (cursor("p=2026-01-01T00:00:00"), {400, 404}),
    "S65 an empty cursor": ("cursor=", {200, 400, 404}),
    "S66 order by a password": ("ordering=password", {200, 400}),
    "S66 order by what lies behind": ("ordering=-author__email", {200, 400}),
    "S66 order by fifty": ("ordering=" + ",".join(["id"] * 50), {200, 400}),
    "S67 wildcards": ("q=" + "%25" * 1_000, {200, 400}),
    "S67 a bomb for a pattern": ("q=" + quote("(a+)+$" * 100), {200, 400}),
    "S78 the same twice": ("page_size=1&page_size=zzz", {200, 400}),
}


# Text that only looks strange, and pages that are cut to what there is, or begin at the beginning.
MEANS_SOMETHING = {
    "S57 lone surrogate",
    "S57 not UTF-8",
    "S60 a number beyond all",
    "S60 Arabic digits",
    "S65 an empty cursor",
}
# Who knows a parameter, or refuses those that it does not know, does not pass it over.
REFUSED = {("moderation", "S57 NUL in a state")} | {
    ("query", name) for name in PARAMETERS.keys() - MEANS_SOMETHING
}


@pytest.mark.parametrize("service", LISTS)
@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter(site, service, name):
    query, expected = PARAMETERS[name]
    answer = site.ask(service, "GET", f"{LISTS[service]}?{query}", token=site.anybody("moderator"))

    allowed = expected if isinstance(expected, set) else {expected}
    if (service, name) in REFUSED:
        allowed = allowed - {200}
    assert harmless(answer).status in allowed or answer.status == 414, answer


@pytest.mark.parametrize(("service", "name"), [("posts", PROLIFIC), ("query", "dora")])
def test_s63_no_page_is_longer_than_a_hundred(site, service, name):
    path = "api/v1/posts/?page_size=1000000000"
    answer = harmless(site.ask(service, "GET", path, token=site.token(name)))

    assert answer.status == 400 or len(answer.problem["results"]) == 100 < MANY


THING = "00000000-0000-0000-0000-00000000000"
ADDRESSES = {
    "S61 no id": "api/v1/posts/zzz/",
    "S61 an id with NUL": f"api/v1/posts/{THING}%00/",
    "S61 an id in capitals": "api/v1/posts/ABCDEFAB-0000-0000-0000-00000000000A/",
    "S61 an id in braces": f"api/v1/posts/%7B{THING}1%7D/",
    "S61 an id without hyphens": f"api/v1/posts/{SHOWN.hex}/",
    "S61 a name for a post": "api/v1/posts/1%20OR%201=1/",
    "S68 up": "api/v1/posts/../../../../etc/passwd",
    "S68 up in disguise": "api/v1/posts/%2e%2e%2f%2e%2e%2fetc/passwd",
    "S68 up from the static files": "static/..%2f..%2f..%2fmanage.py",
    "S68 up from the static files in the clear": "static/../../../../etc/passwd",
    "S68 two slashes": "api//v1//posts/",
    "S68 a semicolon": "api/v1/posts;a=b/",
    "S68 an encoded slash": "api%2fv1%2fposts/",
    "S68 a backslash": "api\\v1\\posts\\",
    "S68 a line's end": "api/v1/posts/%0d%0aSet-Cookie:%20a=b",
    "S69 a line's end that would be led on": "api/v1/posts%0d%0aSet-Cookie:a=b",
}


@pytest.mark.parametrize("service", LISTS)
@pytest.mark.parametrize("name", ADDRESSES)
def test_address(site, service, name):
    answer = harmless(site.ask(service, "GET", ADDRESSES[name], token=site.anybody("moderator")))

    # A slash is a slash, however it is written: it leads where anyone may go.
    assert answer.status in (400, 404) or (name == "S68 an encoded slash" and answer.status == 200), answer
    assert "Set-Cookie" not in answer.headers


def test_s61_an_address_of_200_kilobytes(site):
    answer = site.ask("posts", "GET", "api/v1/posts/" + "a" * 200_000)

    assert harmless(answer).status in (400, 404, 414), answer
