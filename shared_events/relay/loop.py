"""The relay: carries the outbox while it leads, looks after it, and outlives broker and database."""

import logging
import random
import time
from contextlib import suppress
from threading import Event as Flag

import psycopg
from django.db import Error as DatabaseFailure
from django.db import connection

from shared_events import metrics, setting_aside
from shared_events.relay import pruning
from shared_events.relay.carrier import Carrier
from shared_events.relay.confirms import Unconfirmed
from shared_events.relay.lease import Lease
from shared_events.relay.wakeup import Wakeup

log = logging.getLogger(__name__)

LOOK_AGAIN_AFTER = 1.0  # seconds, should a notification ever be lost
PRUNE_EVERY = 60.0  # seconds
LONGEST_PAUSE = 5.0  # seconds


class Relay:
    """Carries what this service has told; any number may run, one leads."""

    def __init__(self, carrier: Carrier, lease: Lease, wakeup: Wakeup) -> None:
        self._carrier = carrier
        self._lease = lease
        self._wakeup = wakeup
        self._looked = self._pruned = -PRUNE_EVERY
        self._leads: bool | None = None  # unknown until the lease was asked for
        self.stopping = Flag()

    def run(self) -> None:
        """Carry until told to stop, whatever the broker and the database do meanwhile."""
        failures = 0
        while not self.stopping.is_set():
            try:
                self._turn()
                failures = 0
            except (Unconfirmed, DatabaseFailure, psycopg.Error) as error:
                failures += 1
                pause = min(LONGEST_PAUSE, 0.1 * 2**failures) * random.uniform(0.5, 1)
                log.warning("%s: %s; trying again in %.1f s", type(error).__name__, error, pause)
                self._start_afresh()
                self.stopping.wait(pause)
        self._start_afresh()

    def _turn(self) -> None:
        if not self._hold():
            self.stopping.wait(LOOK_AGAIN_AFTER)
            return
        self._wakeup.listen()
        self._look_after()
        self._carrier.carry(self._hold)
        if not self._carrier.more_may_wait:
            self._wakeup.wait(LOOK_AGAIN_AFTER, self.stopping)

    def _hold(self) -> bool:
        leads = self._lease.hold()
        if leads != self._leads:
            log.info("leads" if leads else "stands by: another relay leads")
            metrics.RELAY_LEADS.set(leads)
        self._leads = leads
        return leads

    def _look_after(self) -> None:
        now = time.monotonic()
        if now - self._looked >= LOOK_AGAIN_AFTER:
            self._looked = now
            setting_aside.release_due()
            metrics.RELAY_WAITING.set(self._carrier.oldest())
        if now - self._pruned >= PRUNE_EVERY and pruning.prune() == 0:  # as long as there is some, every turn
            self._pruned = now

    def _start_afresh(self) -> None:
        """Let another lead, which may reach what this relay does not."""
        with suppress(DatabaseFailure):
            self._lease.release()
        self._leads = None
        self._wakeup.close()
        connection.close()
