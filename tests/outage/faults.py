"""The faults whose healing is measured: each does harm, says for how many seconds, mends it and clears up."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlsplit

import pika
import psycopg

from deploy.local import environment
from deploy.local.processes import Running
from shared_events.tests.proxy import proxy_to
from tests.assembly import Assembly, until
from tests.outage.marked import count

Fault = Callable[[Assembly], Iterator[float]]
FAULTS: dict[str, Fault] = {}


def fault(name: str) -> Callable[[Fault], Fault]:
    def register(harm: Fault) -> Fault:
        FAULTS[name] = harm
        return harm

    return register


@fault("RabbitMQ is killed, and started after 10 s")
def broker_killed(assembly: Assembly) -> Iterator[float]:
    assembly.system.broker.kill()
    yield 10
    assembly.system.broker.start()
    assembly.system.broker.wait()
    yield 0


@fault("RabbitMQ is stopped in order, and started after 10 s")
def broker_stopped(assembly: Assembly) -> Iterator[float]:
    assembly.system.broker.stop()
    yield 10
    assembly.system.broker.start()
    assembly.system.broker.wait()
    yield 0


@fault("RabbitMQ is killed and started ten times without a pause")
def broker_killed_ten_times(assembly: Assembly) -> Iterator[float]:
    for _ in range(10):
        assembly.system.broker.kill()
        assembly.system.broker.start()
        assembly.system.broker.wait()
    yield 0
    yield 0


@fault("an alarm of memory, for 10 s")
def alarm(assembly: Assembly) -> Iterator[float]:
    assembly.rabbitmqctl("set_vm_memory_high_watermark", "0.0001")
    yield 10
    assembly.rabbitmqctl("set_vm_memory_high_watermark", "0.4")
    yield 0


@fault("the relay's connection is half-open")
def half_open(assembly: Assembly) -> Iterator[float]:
    relay = assembly.running["posts.relay"]
    url = relay.program.environment["AMQP_URL"]
    server = urlsplit(url)
    with proxy_to(server.hostname or "", server.port or 0) as proxy:
        own = {**relay.program.environment, "AMQP_URL": url.replace(f":{server.port}/", f":{proxy.port}/")}
        relay.stop()
        through = Running(replace(relay.program, environment=own), relay.log)
        through.start()
        until(lambda: proxy.accepted and not waiting(assembly))
        known = proxy.accepted
        proxy.freeze()
        yield 0
        until(lambda: proxy.accepted > known, seconds=120)  # given up; what is opened now gets through
        proxy.heal()
        yield 0
        through.stop()
    relay.start()


@fault("the relay is killed, another stands by")
def relay_killed(assembly: Assembly) -> Iterator[float]:
    relay, second = assembly.running["posts.relay"], standing_by(assembly)
    relay.kill()
    yield 0
    yield 0
    relay.start()
    second.stop()


@fault("the relay is frozen, another stands by")
def relay_frozen(assembly: Assembly) -> Iterator[float]:
    relay, second = assembly.running["posts.relay"], standing_by(assembly)
    os.killpg(relay.process.pid, signal.SIGSTOP)
    yield 0
    yield 0
    os.killpg(relay.process.pid, signal.SIGCONT)
    second.stop()


@fault("the relay is killed, none stands by, and it is started at once")
def only_relay_killed(assembly: Assembly) -> Iterator[float]:
    assembly.running["posts.relay"].kill()
    yield 0
    assembly.running["posts.relay"].start()
    yield 0


@fault("query's worker is killed, and started at once")
def worker_killed(assembly: Assembly) -> Iterator[float]:
    assembly.running["query.worker"].kill()
    yield 0
    assembly.running["query.worker"].start()
    yield 0


@fault("query's worker is asked to stop, and started when it has ended")
def worker_asked_to_stop(assembly: Assembly) -> Iterator[float]:
    yield 0
    assembly.running["query.worker"].stop()
    assembly.running["query.worker"].start()
    yield 0


@fault("query's worker is stopped for a minute")
def worker_stopped(assembly: Assembly) -> Iterator[float]:
    assembly.running["query.worker"].stop()
    yield 60
    assembly.running["query.worker"].start()
    yield 0


@fault("query's database takes no connection for 10 s")
def database_away(assembly: Assembly) -> Iterator[float]:
    with assembly.system.postgres.connect() as session:
        session.execute("ALTER DATABASE query ALLOW_CONNECTIONS false")
        session.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'query'")
        yield 10
        session.execute("ALTER DATABASE query ALLOW_CONNECTIONS true")
    yield 0


@fault("the server of all databases is killed, and started at once")
def databases_killed(assembly: Assembly) -> Iterator[float]:
    assembly.system.postgres.kill()
    yield 0
    assembly.system.postgres.start()
    yield 0


@fault("somebody locks query's table of posts for 10 s")
def table_locked(assembly: Assembly) -> Iterator[float]:
    with psycopg.connect(assembly.database_urls()["query"]) as session:
        session.execute("LOCK TABLE query_postreplica IN ACCESS EXCLUSIVE MODE")
        yield 10
    yield 0


@fault("a deadlock, of which query's worker is the victim")
def deadlock(assembly: Assembly) -> Iterator[float]:
    log = assembly.running["query.worker"].log
    known = log.read_text().count("deadlock detected")
    with assembly.system.postgres.connect(database="query") as other, other.transaction():
        other.execute("SET LOCAL deadlock_timeout = '1h'")  # it is the worker who finds out
        other.execute("LOCK TABLE query_postdocument IN EXCLUSIVE MODE")
        yield 0
        waiting = "SELECT 1 FROM pg_locks WHERE relation = 'query_postdocument'::regclass AND NOT granted"
        until(lambda: other.execute(waiting).fetchone())
        other.execute("LOCK TABLE query_postreplica IN ACCESS EXCLUSIVE MODE")
    until(lambda: log.read_text().count("deadlock detected") > known)
    yield 0


@fault("ten events that nobody can read")
def poison(assembly: Assembly) -> Iterator[float]:
    url = environment.amqp_url("posts", assembly.state)
    with closing(pika.BlockingConnection(pika.URLParameters(url))) as connection:
        for number in range(10):
            connection.channel().basic_publish("posts.events", "posts.post.created", b"{%d" % number)
    yield 0
    until(lambda: count(assembly, "query", "SELECT count(*) FROM shared_events_parkedevent") >= 10)
    yield 0


@fault("the web process of posts is killed, and started at once")
def web_killed(assembly: Assembly) -> Iterator[float]:
    assembly.running["posts.web"].kill()
    yield 0
    assembly.running["posts.web"].start()
    until(lambda: assembly.system.is_ready("posts"), seconds=60)
    yield 0


@fault("moderation is away for 10 s")
def moderation_away(assembly: Assembly) -> Iterator[float]:
    parts = [running for name, running in assembly.running.items() if name.startswith("moderation.")]
    for one in parts:
        one.stop()
    yield 10
    for one in parts:
        one.start()
    until(lambda: assembly.system.is_ready("moderation"), seconds=60)
    known = count(assembly, "moderation", "SELECT count(*) FROM moderation_case")
    until(lambda: judged(assembly) > known, seconds=60)
    yield 0


def judged(assembly: Assembly) -> int:
    return count(assembly, "moderation", "SELECT count(*) FROM moderation_case WHERE state <> 'waiting'")


def waiting(assembly: Assembly) -> int:
    statement = "SELECT count(*) FROM shared_events_outboxentry WHERE published_at IS NULL"
    return count(assembly, "posts", statement)


def standing_by(assembly: Assembly) -> Running:
    """A second relay of posts, which says that it stands by."""
    second = Running(assembly.running["posts.relay"].program, assembly.system.log("posts.relay-second"))
    known = second.log.read_text().count("stands by") if second.log.exists() else 0
    second.start()
    until(lambda: second.log.exists() and second.log.read_text().count("stands by") > known)
    return second
