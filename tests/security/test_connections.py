"""C and D. Requests that come in pieces, at a snail's pace, or two in one."""

import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.assembly import until
from tests.security.harm import harmless
from tests.security.raw import connection, exchange, receive

GET = b"GET /posts/livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
POST = (
    b"POST /posts/api/v1/posts/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    b"Content-Type: application/json\r\n"
)
KEPT = b"GET /posts/livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
RSS_KILOBYTES = 20_000

SMUGGLED = {
    "S70 a length and chunks": (
        POST + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n0\r\n\r\n" + GET + b"\r\n",
        {400, 411},
    ),
    "S70 two lengths": (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", {400}),
    "S70 a length that is none": (POST + b"Content-Length: +5\r\n\r\nabcde", {400}),
    "S70 a folded header": (GET + b"X-Folded: a\r\n b\r\n\r\n", {400}),
    "S70 a chunk with an extension": (POST + CHUNKED + b'\r\n2;a="\n"\r\n{}\r\n0\r\n\r\n', {400, 411}),
    "S70 a chunk whose size is none": (POST + CHUNKED + b"\r\nzz\r\n{}\r\n0\r\n\r\n", {400, 411}),
    "S70 chunked twice": (POST + CHUNKED + CHUNKED + b"\r\n0\r\n\r\n", {400, 411, 501}),
    "S70 an unknown coding": (POST + b"Transfer-Encoding: cow\r\n\r\n", {400, 501}),
    "S70 a space before the colon": (GET + b"Content-Length : 5\r\n\r\nabcde", {400}),
    "S70 a bare line feed": (b"GET /posts/livez HTTP/1.1\nHost: localhost\n\n", {200, 400}),
    "S70 NUL in a header": (GET + b"X-Nul: a\x00b\r\n\r\n", {400}),
    "S70 no HTTP": (b"HELO posts\r\n\r\n", {400}),
    "S70 no version": (b"GET /posts/livez HTTP/9.9\r\n\r\n", {400}),
    "S70 too many headers": (GET + b"X-A: b\r\n" * 300 + b"\r\n", {400, 431}),
    "S70 a header too large": (GET + b"X-A: " + b"b" * 20_000 + b"\r\n\r\n", {400, 431}),
    "S16 a token of 20 kB": (GET + b"Authorization: Bearer " + b"b" * 20_000 + b"\r\n\r\n", {400, 401, 431}),
    "S53 chunks": (POST + CHUNKED + b"\r\n2\r\n{}\r\n0\r\n\r\n", {411, 413}),
    "S28 CONNECT": (b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 404, 405}),
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_bytes(site, name):
    sent, allowed = SMUGGLED[name]

    answers = exchange(site, "posts", sent)

    assert len(answers) == 1, answers
    assert harmless(answers[0]).status in allowed, answers[0]


def test_s53_chunks_without_end_fill_no_memory(site):
    before = memory(site)
    with connection(site, "posts") as opened:
        opened.sendall(POST + CHUNKED + b"\r\n")
        with suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(40):
                opened.sendall(b"100000\r\n" + b"a" * 0x100000 + b"\r\n")
    assert memory(site) - before < RSS_KILOBYTES


def memory(site) -> int:
    """What the web processes of posts hold, in kilobytes."""
    master = site.running["posts"].process.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return (
        sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in children)
        * os.sysconf("SC_PAGE_SIZE")
        // 1024
    )


def test_s54_who_sends_too_slowly_is_told_so_and_hinders_nobody(site):
    bodiless = POST + f"Authorization: Bearer {site.anybody()}\r\nContent-Length: 100\r\n\r\n{{".encode()
    began = time.monotonic()
    with (
        connection(site, "posts") as silent,
        connection(site, "posts") as half,
        ThreadPoolExecutor(2) as pool,
    ):
        silent.sendall(bodiless)
        half.sendall(GET)
        waiting = [pool.submit(receive, opened) for opened in (silent, half)]
        assert site.ask("posts", "GET", "livez").status == 200
        assert time.monotonic() - began < 5
        for answer in (future.result() for future in waiting):
            assert answer is not None and harmless(answer).status == 408, answer
    assert time.monotonic() - began < 30


IDLE = 1_000


def test_s77_idle_connections_hinder_nobody(site):
    with ExitStack() as stack:
        for _ in range(IDLE):
            stack.enter_context(connection(site, "posts")).sendall(KEPT)
        began = time.monotonic()
        assert site.ask("posts", "GET", "livez").status == 200
        assert time.monotonic() - began < 5


HALF_OPEN, THREADS = 200, 8


def test_s76_half_open_requests_hinder_nobody(site):
    """Straight at gunicorn: somebody is answered while more of them are open than there are threads."""
    until(lambda: answered_beside_half_open_ones(site) > THREADS, seconds=60)


def answered_beside_half_open_ones(site) -> int:
    """How many of them are still open when somebody who came after them has an answer."""
    with ExitStack() as stack:
        half_open = [stack.enter_context(connection(site, "posts")) for _ in range(HALF_OPEN)]
        for number, opened in enumerate(half_open):
            opened.sendall(GET[: 1 + number % (len(GET) - 1)])
        assert site.ask("posts", "GET", "livez").status == 200
        still_open = sum(is_open(opened) for opened in half_open)
        answer = receive(half_open[-1])
        assert answer is not None and harmless(answer).status == 408, answer
    return still_open


def test_s76_a_head_that_comes_byte_by_byte_is_answered(site):
    with connection(site, "posts") as opened:
        for byte in GET + b"\r\n":
            opened.sendall(bytes([byte]))
        assert receive(opened).status == 200


def test_s76_half_a_request_behind_a_whole_one_waits_for_its_other_half(site):
    with connection(site, "posts") as opened:
        opened.sendall(KEPT + KEPT[:20])
        assert receive(opened).status == 200
        opened.sendall(KEPT[20:] + KEPT + GET + b"\r\n")
        received = b"".join(iter(lambda: opened.recv(8192), b""))
    assert received.count(b"HTTP/1.1 200 OK") == 3


def is_open(opened: socket.socket) -> bool:
    """Whether nothing was answered yet, and nothing closed."""
    opened.setblocking(False)
    try:
        opened.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    finally:
        opened.settimeout(30)
    return False
