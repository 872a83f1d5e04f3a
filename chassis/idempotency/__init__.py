"""POSTs that take effect once, however often a client sends them: `Idempotency-Key`."""
