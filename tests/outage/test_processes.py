"""Processes that are away or die in the middle of their work: nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

import pytest

from tests.assembly import until
from tests.outage.marked import in_query

# On these two every service has been on either database.
on_either = pytest.mark.parametrize("assembly", ["sqlite", "postgres"], indirect=True)


@on_either
def test_query_catches_up_to_equality_after_its_worker_was_away(assembly):
    worker = assembly.running["query.worker"]

    worker.stop()
    posts = assembly.posts(200, "backlog")
    for number, post in enumerate(posts[:20]):
        assembly.write("PATCH", "posts", f"posts/{post}/", "ann", {"title": f"backlog {number}, edited"})
    for post in posts[20:30]:
        assembly.write("DELETE", "posts", f"posts/{post}/", "ann")
    until(lambda: assembly.comment(posts[50], "While query is away.")[0] == 201)
    assert in_query(assembly, "backlog") == 0
    worker.start()

    until(lambda: in_query(assembly, "backlog") == 190, saying=assembly.differences)
    assembly.quiet()


@on_either
def test_whatever_is_killed_in_the_middle_of_writes_nothing_is_lost(assembly):
    killed = [name for name in assembly.running if not name.endswith(".web")]

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(assembly.posts, 150, "killed")
        for name in killed:
            assembly.running[name].kill()
            assembly.running[name].start()
        posts = writing.result()

    assert len(set(posts)) == 150
    until(lambda: in_query(assembly, "killed") == 150, saying=assembly.differences)
    assembly.quiet()


@pytest.mark.parametrize("assembly", ["mixed"], indirect=True)
def test_while_moderation_is_away_comments_are_taken_and_wait_and_are_judged_when_it_is_back(assembly):
    post = assembly.post("away")
    until(lambda: assembly.comment(post, "First.")[0] == 201)
    assembly.quiet()
    parts = [assembly.running[f"moderation.{job}"] for job in ("worker", "tasks", "relay")]

    for one in parts:
        one.stop()
    comment = assembly.comment(post, "While nobody judges.")[1]
    address = f"comments/{comment['id']}/"
    assert assembly.write("GET", "comments", address, "bob")[1]["status"] == "pending"
    for one in parts:
        one.start()

    until(lambda: assembly.write("GET", "comments", address, "bob")[1]["status"] == "approved", seconds=60)
    assembly.quiet()


@pytest.mark.parametrize("assembly", ["mixed"], indirect=True)
def test_a_web_process_that_is_killed_in_the_middle_of_writes_keeps_all_that_it_answered(assembly):
    web, answered = assembly.running["posts.web"], []

    def write(number):
        body = {"title": f"fallen web {number}", "body": "Text."}
        try:
            status, answer = assembly.write("POST", "posts", "posts/", "ann", body)
        except (OSError, HTTPException):  # nobody listens, or the answer broke off
            return
        assert status == 201, (status, answer)
        answered.append(answer["id"])

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, number) for number in range(150)]
        until(lambda: len(answered) > 20)
        web.kill()
        web.start()
        until(lambda: assembly.system.is_ready("posts"), seconds=60)
        for one in writing:
            one.result()
    write(150)

    # One whose commit was done when its answer was lost may be there as well.
    until(lambda: in_query(assembly, "fallen web") >= len(answered) > 20, saying=assembly.differences)
    assembly.quiet()
