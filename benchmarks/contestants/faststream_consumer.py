"""A FastStream subscriber that upserts one row per message over a pool of psycopg connections.

It runs in the benchmarks' own environment and knows nothing of the services but the table.
"""

import asyncio
import json
import os
from datetime import UTC, datetime

from faststream import FastStream
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue
from psycopg_pool import AsyncConnectionPool

from benchmarks.contestants.queues import FASTSTREAM

PREFETCH = 100
CONNECTIONS = 10
UPSERT = """
INSERT INTO query_postreplica
    (id, version, is_deleted, told_at, event_id, applied_at, author, title, body, status, published_at)
VALUES (%s, %s, false, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET
    version = EXCLUDED.version, told_at = EXCLUDED.told_at, event_id = EXCLUDED.event_id,
    applied_at = EXCLUDED.applied_at, author = EXCLUDED.author, title = EXCLUDED.title,
    body = EXCLUDED.body, status = EXCLUDED.status, published_at = EXCLUDED.published_at
WHERE query_postreplica.version < EXCLUDED.version
"""

# By default it logs two lines per message; it is spared that.
broker = RabbitBroker(
    os.environ["CONTESTANT_AMQP_URL"], default_channel=Channel(prefetch_count=PREFETCH), logger=None
)
pool = AsyncConnectionPool(
    os.environ["DATABASE_URL"], min_size=CONNECTIONS, kwargs={"autocommit": True}, open=False
)
app = FastStream(broker)


@app.on_startup
async def open_pool() -> None:
    await pool.open(wait=True)


@app.after_shutdown
async def close_pool() -> None:
    await pool.close()


@broker.subscriber(RabbitQueue(FASTSTREAM, queue_type=QueueType.QUORUM, durable=True))
async def apply(body: bytes) -> None:
    """Save the post of one event; the message is acknowledged when this returns."""
    event = json.loads(body)  # FastStream does not decode a content type of which it does not know
    post = event["data"]
    row = (post["post_id"], post["version"], event["time"], event["id"], datetime.now(UTC))
    text = (post["author"], post["title"], post["body"], post["status"], post["published_at"])
    async with pool.connection() as connection:
        await connection.execute(UPSERT, row + text)


if __name__ == "__main__":
    asyncio.run(app.run())
