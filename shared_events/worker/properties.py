"""Messages whose properties nobody can read: they are parked like any other that cannot be applied."""

from typing import Any

from amqp import serialization
from amqp.spec import Basic


def read_what_can_be_read() -> None:
    """Let py-amqp hand over a message without its properties where it cannot decode them.

    RabbitMQ passes them on as they were published. py-amqp decodes them while it reads from the connection,
    and raises there for text that is no UTF-8 or a time beyond the year 9999: nothing behind such a message
    would ever be heard. Without properties it has no origin, so that it cannot be applied.
    """
    decoders: dict[int, Any] = serialization.PROPERTY_CLASSES
    decoders[Basic.CLASS_ID] = _tolerant


def _tolerant(buffer: Any, offset: int) -> tuple[dict[str, Any], int]:
    try:
        properties: tuple[dict[str, Any], int] = serialization.decode_properties_basic(buffer, offset)
    except Exception:  # whatever a stranger has made it raise
        return {}, len(buffer)
    return properties
