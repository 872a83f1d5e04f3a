"""Telling: carries the outbox to the broker, and marks what the broker has confirmed."""
