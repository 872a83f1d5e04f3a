"""Where the broker is: an address, or those of a cluster's nodes with ``;`` between them, as in Celery."""

from urllib.parse import SplitResult, urlsplit

SEPARATOR = ";"
SCHEMES = ("amqp", "amqps")


def each(text: str) -> list[str]:
    """The addresses, in the order in which they are tried."""
    return text.split(SEPARATOR)


def checked(text: str) -> str:
    """The same addresses without blanks around them; raises ValueError if they cannot be one broker's."""
    found = [address.strip() for address in each(text)]
    nodes = [
        _node(address, f"address {number} of {len(found)} is ") for number, address in enumerate(found, 1)
    ]
    # Whoever is heard is known by their user, and what they tell and hear is in one virtual host.
    alike = {
        "schemes": [node.scheme for node in nodes],
        "users": [f"{node.username}:{node.password}" for node in nodes],
        "virtual hosts": [node.path for node in nodes],
    }
    for what, values in alike.items():
        if len(set(values)) > 1:
            raise ValueError(f"the nodes of one cluster cannot have different {what}")
    return SEPARATOR.join(found)


def _node(address: str, which: str) -> SplitResult:
    node = urlsplit(address)
    if "://" in node.path:
        raise ValueError(f"{which}more than one: {SEPARATOR} goes between two")
    if node.scheme not in SCHEMES or not node.hostname or node.port == 0:
        raise ValueError(f"{which}not an AMQP address")
    return node
