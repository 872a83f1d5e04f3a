"""Who reaches the broker at all: a node as in production, with TLS alone and the users of deploy/rabbitmq."""

import base64
import json
import socket
import ssl
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import kombu
import pika
import pytest
import yaml
from pika.exceptions import AMQPConnectionError, ProbableAuthenticationError

from chassis.settings import broker_tls
from deploy.local import node_files, ports
from deploy.local.broker import METHOD_FRAME, PROTOCOL_HEADER
from deploy.local.state import REPOSITORY
from deploy.rabbitmq import users
from shared_events import topology
from tests.trust import certificates
from tests.trust.broker import PASSWORD, USERS
from tests.trust.tls_node import TLSNode, configuration


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Iterator[TLSNode]:
    folder = tmp_path_factory.mktemp("tls")
    certificates.write(folder)
    node = TLSNode(folder, first_port=ports.free_base(range(4)), passwords=dict.fromkeys(USERS, PASSWORD))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(node_files, "CONFIGURATION", configuration(folder))
        node.start()
    try:
        node.wait()
        yield node
    finally:
        node.stop()


def connect(node: TLSNode, user: str, password: str, *, secure: bool = True) -> None:
    """Come in and leave again."""
    parameters = pika.ConnectionParameters(
        "127.0.0.1",
        node.ports["amqp"],
        credentials=pika.PlainCredentials(user, password),
        ssl_options=pika.SSLOptions(node.context, "127.0.0.1") if secure else None,
    )
    pika.BlockingConnection(parameters).close()


def overview(node: TLSNode, user: str, password: str) -> dict[str, object]:
    """What the management API says of the node."""
    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {login}"}
    with urlopen(Request(f"{node.management_url}/api/overview", headers=headers), timeout=10) as answer:
        return json.load(answer)


@pytest.mark.parametrize("user", USERS)
def test_the_users_of_the_file_come_in_over_tls(node, user):
    connect(node, user, PASSWORD)


def test_s110_guest_is_nobody(node):
    with pytest.raises(ProbableAuthenticationError):
        connect(node, "guest", "guest")
    with pytest.raises(HTTPError) as refused:
        overview(node, "guest", "guest")
    refused.value.close()
    assert refused.value.code == 401


def test_s110_compose_publishes_no_port_of_the_broker_and_has_no_guest():
    broker = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())["services"]["rabbitmq"]

    assert "ports" not in broker
    # A node that is given definitions makes no user of its own.
    given = (REPOSITORY / "deploy/rabbitmq/compose.conf").read_text()
    assert any("rabbitmq/compose.conf" in volume for volume in broker["volumes"])
    assert "load_definitions = " in given
    named = {one["name"] for one in json.loads(users.DEFINITIONS.read_text())["users"]}
    assert named and "guest" not in named


def test_s112_whoever_does_not_speak_tls_is_not_answered(node):
    with pytest.raises(AMQPConnectionError):
        connect(node, "posts", PASSWORD, secure=False)
    with socket.create_connection(("127.0.0.1", node.ports["amqp"]), 5) as plain:
        plain.sendall(PROTOCOL_HEADER)
        assert plain.recv(1) != METHOD_FRAME


def test_s112_nothing_listens_for_plaintext(node):
    listening = {listener["protocol"] for listener in overview(node, users.TOPOLOGY, PASSWORD)["listeners"]}

    assert listening & {"amqp", "amqp/ssl"} == {"amqp/ssl"}
    assert not listening & {"mqtt", "stomp", "stream", "http/prometheus"}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_s112_an_outdated_tls_is_refused(node, version):
    context = node.context
    context.minimum_version = context.maximum_version = version
    context.set_ciphers("DEFAULT:@SECLEVEL=0")

    with (
        pytest.raises(ssl.SSLError),
        socket.create_connection(("127.0.0.1", node.ports["amqp"]), 5) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1"),
    ):
        pass


def pika_opens(url: str) -> None:
    topology.connect(url).close()


def kombu_opens(url: str) -> None:
    with kombu.Connection(url, connect_timeout=5, ssl=broker_tls(url)) as connection:
        connection.connect()


@pytest.mark.parametrize("opens", [pika_opens, kombu_opens])
def test_s112_a_service_trusts_a_broker_that_shows_its_certificate_and_no_other(node, monkeypatch, opens):
    host = f"posts:{quote(PASSWORD)}@{{}}:{node.ports['amqp']}/%2F"

    with pytest.raises(Exception, match="certificate verify failed"):
        opens(f"amqps://{host.format('127.0.0.1')}")
    monkeypatch.setenv("SSL_CERT_FILE", str(node.folder / "ca.pem"))
    opens(f"amqps://{host.format('127.0.0.1')}")
    with pytest.raises(Exception, match="certificate verify failed: Hostname mismatch"):
        opens(f"amqps://{host.format('localhost')}")
