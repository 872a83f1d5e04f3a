"""A private node that speaks TLS alone, as deploy/rabbitmq/tls.conf says."""

import socket
import ssl
from contextlib import suppress
from pathlib import Path

from deploy.local import node_files
from deploy.local.broker import METHOD_FRAME, PROTOCOL_HEADER, Broker
from deploy.local.state import REPOSITORY

TLS_CONF = REPOSITORY / "deploy" / "rabbitmq" / "tls.conf"


class TLSNode(Broker):
    """Its folder holds its certificates; ``context`` trusts them."""

    def answers(self) -> bool:
        if not self.alive():
            return False
        with suppress(OSError), self.secure(self.ports["amqp"]) as client:
            client.sendall(PROTOCOL_HEADER)
            return client.recv(1) == METHOD_FRAME
        return False

    @property
    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "ca.pem"))

    def secure(self, port: int) -> ssl.SSLSocket:
        return self.context.wrap_socket(
            socket.create_connection(("127.0.0.1", port), 5), server_hostname="127.0.0.1"
        )


def configuration(folder: Path) -> str:
    """What a private node is configured with, and tls.conf with its own files and port."""
    kept = [line for line in node_files.CONFIGURATION.splitlines() if not line.startswith("listeners.tcp")]
    said = TLS_CONF.read_text().replace("/etc/rabbitmq/tls", str(folder)).replace("5671", "127.0.0.1:{amqp}")
    return "\n".join([*kept, said])
