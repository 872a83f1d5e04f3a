"""What became of the posts whose titles begin with a marker."""

from tests.assembly import Assembly
from tests.comparison import select


def count(assembly: Assembly, service: str, statement: str) -> int:
    """The one number that a statement finds in a service's database."""
    return int(select(assembly.database_urls()[service], statement)[0][0])


def in_query(assembly: Assembly, marker: str) -> int:
    return count(assembly, "query", f"SELECT count(*) FROM query_postreplica WHERE title LIKE '{marker} %'")


def in_posts(assembly: Assembly, marker: str) -> int:
    return count(assembly, "posts", f"SELECT count(*) FROM posts_post WHERE title LIKE '{marker} %'")


def parked(assembly: Assembly) -> int:
    """How many events any service has put aside."""
    statement = "SELECT count(*) FROM shared_events_parkedevent"
    return sum(count(assembly, service, statement) for service in assembly.database_urls())
