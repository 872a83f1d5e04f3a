"""Looks at one service from the inside: its database, its migrations, its queues.

Run as `python -m deploy.local.examine posts` with the service's environment; prints findings as JSON.
"""

import json
import logging
import sys
from collections.abc import Sequence

from deploy.local.finding import Finding


def main(arguments: Sequence[str]) -> int:
    """Print what was found about a service."""
    (service,) = arguments
    import django

    django.setup()
    # Every refused attempt would be logged with a traceback.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    found = [database(service), topology(service)]
    print(json.dumps([finding.as_json() for finding in found]))
    return 0


def database(service: str) -> Finding:
    """Whether the database answers and has every migration."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    thing = f"{service} database"
    try:
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as problem:
        text = f"{connection.vendor} does not answer: {str(problem).splitlines()[0]}"
        return Finding(thing=thing, well=False, text=text, mend="python3 manage.py up")
    if pending:
        mend = f"python3 manage.py {service} migrate"
        return Finding(thing=thing, well=False, text=f"{pending} migrations pending", mend=mend)
    return Finding(thing=thing, well=True, text=f"{connection.vendor}, no migration pending")


def topology(service: str) -> Finding:
    """Whether the broker has the queues and exchanges that the service needs."""
    import pika.exceptions

    from shared_events import configuration
    from shared_events import topology as declared

    thing = f"{service} topology"
    try:
        connection = declared.connect(configuration.amqp_url())
    except pika.exceptions.AMQPConnectionError:
        return Finding(thing=thing, well=False, text="no broker to ask", mend="python3 manage.py up")
    try:
        declared.check(connection.channel(), service)
    except pika.exceptions.ChannelClosedByBroker as problem:
        mend = f"python3 manage.py {service} topology"
        return Finding(thing=thing, well=False, text=problem.reply_text, mend=mend)
    finally:
        connection.close()
    return Finding(thing=thing, well=True, text="exchanges, queues and event store as declared")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
