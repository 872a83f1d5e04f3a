"""Names for demo data."""

from uuid import NAMESPACE_URL, UUID, uuid5


def demo_id(text: str) -> UUID:
    """The same in every run and in every service, so that the demo of one can name what another wrote."""
    return uuid5(NAMESPACE_URL, f"tidings:demo:{text}")
