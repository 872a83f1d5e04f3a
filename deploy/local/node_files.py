"""The files and variables that make a RabbitMQ node private to one folder."""

import os
import secrets
import zlib
from pathlib import Path

# Few schedulers start faster and leave the processors to the services. Distribution stays on loopback. Queues
# and connections tell the management API how they are every second instead of five: tests wait for that.
ERLANG = (
    "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1} "
    "-rabbit quorum_tick_interval 500 -rabbit collect_statistics_interval 1000"
)

CONFIGURATION = """\
listeners.tcp.local = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
log.console = false
log.file = node.log
log.file.level = info
disk_free_limit.absolute = 50MB
max_message_size = 16777216
# A small write-ahead log is read back sooner after a crash.
raft.wal_max_size_bytes = 67108864
"""


def node_name(folder: Path) -> str:
    """A name of its own for every folder, on a host that needs no name service."""
    return f"tidings-{zlib.crc32(str(folder).encode()):08x}@localhost"


def write(folder: Path, ports: dict[str, int], definitions: str = "") -> None:
    """Write all that the node reads when it starts; the cookie is made once.

    ``definitions`` are its users and their permissions as JSON; without them it has RabbitMQ's own guest.
    """
    for name in ("home", "mnesia", "log"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "rabbitmq.conf").write_text(CONFIGURATION.format(**ports) + users(folder, definitions))
    (folder / "rabbitmq-env.conf").write_text("")
    (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
    cookie = folder / "home" / ".erlang.cookie"
    if not cookie.exists():
        with open(os.open(cookie, os.O_WRONLY | os.O_CREAT, 0o400), "w") as file:
            file.write(secrets.token_hex(20))


def users(folder: Path, definitions: str) -> str:
    """Keep the definitions beside the node, and the line of its configuration that loads them."""
    if not definitions:
        return ""
    path = folder / "definitions.json"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(definitions)
    return f"load_definitions = {path}\n"


def variables(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    """The node's whole environment: nothing of a system broker's settings is taken over."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
    return kept | {
        "HOME": str(folder / "home"),
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": node_name(folder),
        "RABBITMQ_DIST_PORT": str(ports["distribution"]),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG,
    }
