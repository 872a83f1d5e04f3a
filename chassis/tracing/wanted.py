"""Whether traces and lines leave the process at all: what OpenTelemetry's own variables say."""

from urllib.parse import urlsplit

from chassis.environment import read

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
MIDDLEWARE = "chassis.tracing.middleware.TracingMiddleware"


def is_wanted() -> bool:
    """Only with an address to send to; ends the process, with one line, over one that cannot be used."""
    mend = "set it like http://127.0.0.1:4318, or leave it out"
    if not read(ENDPOINT, _web_address_or_none, default="", mend=mend):
        return False
    protocol_mend = "leave it out: http/protobuf is what is spoken here"
    read("OTEL_EXPORTER_OTLP_PROTOCOL", _protocol, default=PROTOCOL, mend=protocol_mend)
    return read("OTEL_SDK_DISABLED", str, default="false", mend="leave it out").lower() != "true"


def ships(signal: str) -> bool:
    """Whether a signal, `traces` or `logs`, is sent as well; `none` keeps it here."""
    name = f"OTEL_{signal.upper()}_EXPORTER"
    return read(name, str, default="otlp", mend="set it to otlp or none, or leave it out") != "none"


PROTOCOL = "http/protobuf"


def _web_address_or_none(text: str) -> str:
    if text and (urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).hostname):
        raise ValueError("not a web address")
    return text


def _protocol(text: str) -> str:
    if text != PROTOCOL:
        raise ValueError(f"{text!r} is not {PROTOCOL}")
    return text
