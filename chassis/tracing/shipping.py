"""Sends log lines where the traces go, so that both lie in one place."""

import logging
import traceback

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.context import get_current
from opentelemetry.sdk._logs import LoggerProvider

from shared_events import causation

SEVERITIES = {
    logging.DEBUG: SeverityNumber.DEBUG,
    logging.INFO: SeverityNumber.INFO,
    logging.WARNING: SeverityNumber.WARN,
    logging.ERROR: SeverityNumber.ERROR,
    logging.CRITICAL: SeverityNumber.FATAL,
}
OURS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class Shipper(logging.Handler):
    """Gives each line to OpenTelemetry, with all that a line on stderr says."""

    def __init__(self, lines: LoggerProvider) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        # What the sender says of itself, an address that does not answer above all, would only feed it.
        if record.name.startswith(("opentelemetry", "urllib3")):
            return
        try:
            self._lines.get_logger(record.name).emit(_line(record))
        except Exception:  # as every handler of the standard library: a line must never fail what it tells of
            self.handleError(record)


def _line(record: logging.LogRecord) -> LogRecord:
    extra = {name: _plain(value) for name, value in vars(record).items() if name not in OURS}
    if record.exc_info and record.exc_info[0] is not None:
        extra["exception.type"] = record.exc_info[0].__name__
        extra["exception.stacktrace"] = "".join(traceback.format_exception(*record.exc_info))
    return LogRecord(
        timestamp=int(record.created * 1e9),
        context=get_current(),
        severity_text=record.levelname,
        severity_number=SEVERITIES.get(record.levelno, SeverityNumber.UNSPECIFIED),
        body=record.getMessage(),
        attributes={"logger": record.name, **causation.about(), **extra},
    )


def _plain(value: object) -> str | int | float | bool:
    return value if isinstance(value, str | int | float | bool) else str(value)
