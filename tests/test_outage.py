"""What happens when a part of the system is away: nothing is refused, nothing is lost."""

from concurrent.futures import ThreadPoolExecutor

from tests.assembly import until
from tests.comparison import select


def count(assembly, service, statement):
    return select(assembly.database_urls()[service], statement)[0][0]


def in_query(assembly, marker):
    return count(assembly, "query", f"SELECT count(*) FROM query_postreplica WHERE title LIKE '{marker} %'")


def test_writes_are_accepted_without_a_broker_and_arrive_when_it_is_back(assembly):
    known = assembly.post("known before the outage")
    until(lambda: assembly.comment(known, "First.")[0] == 201)
    assembly.quiet()
    broker = assembly.system.broker

    broker.kill()
    posts = assembly.posts(20, "outage")
    comments = [assembly.comment(known, f"Written in the dark, {number}.")[0] for number in range(20)]
    assert comments == [201] * 20
    assert in_query(assembly, "outage") == 0
    broker.start()
    broker.wait()

    until(lambda: in_query(assembly, "outage") == len(posts), seconds=60, saying=assembly.differences)
    assembly.quiet()


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

    until(lambda: in_query(assembly, "backlog") == 190, seconds=60, saying=assembly.differences)
    assembly.quiet()


def test_whatever_is_killed_in_the_middle_of_writes_nothing_is_lost(assembly):
    killed = [name for name in assembly.running if not name.endswith(".web")]

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(assembly.posts, 150, "killed")
        for name in killed:
            assembly.running[name].kill()
            assembly.running[name].start()
        posts = writing.result()

    assert len(set(posts)) == 150
    until(lambda: in_query(assembly, "killed") == 150, seconds=60, saying=assembly.differences)
    assembly.quiet()
