"""Where the failpoints are: a function of the product, and whether before it begins or after it returned."""

from typing import Literal, NamedTuple


class Seam(NamedTuple):
    """``place`` is ``module:function`` or ``module:Class.method``."""

    when: Literal["before", "after"]
    place: str


SEAMS = {
    # The relay has read what waits, and sent none of it.
    "relay.after_claim": Seam("after", "shared_events.relay.carrier:claim"),
    # The broker has answered for the first of the batch, and the relay has not heard it. After `_send` would
    # be too soon: pika writes to the socket when its loop goes on, and nothing would have been sent.
    "relay.after_send": Seam("before", "shared_events.relay.publisher:Publisher._answered"),
    # The broker has all of it, and the database does not know yet.
    "relay.after_confirm": Seam("before", "shared_events.relay.carrier:Carrier.settle"),
    # In the pool's process: everything is applied, nothing is committed.
    "worker.before_commit": Seam("after", "shared_events.worker.batch:_apply"),
    # In the pool's process: the batch is committed, and the main process does not know it yet.
    "worker.after_commit": Seam("after", "shared_events.worker.batch:apply_batch"),
    # In the main process: it knows, and the broker does not.
    "worker.before_ack": Seam("before", "shared_events.worker.lane:Lane._settle"),
}
