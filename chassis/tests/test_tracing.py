import subprocess
import sys

import pytest

from chassis.settings import service_settings
from chassis.tracing import wanted

SETTING_UP = "import django, sys; django.setup(); print(*sys.modules)"


def test_whoever_traces_nothing_pays_nothing():
    done = subprocess.run([sys.executable, "-c", SETTING_UP], capture_output=True, text=True, timeout=60)

    loaded = done.stdout.split()
    assert "shared_events.tracing" in loaded, done.stderr
    assert not [name for name in loaded if name.startswith("opentelemetry")]
    assert wanted.MIDDLEWARE not in service_settings("example", apps=[])["MIDDLEWARE"]


def test_an_address_to_send_to_is_all_it_takes(monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")

    assert service_settings("example", apps=[])["MIDDLEWARE"][0] == wanted.MIDDLEWARE


def test_the_switch_that_opentelemetry_has_itself_turns_it_off(monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")

    assert not wanted.is_wanted()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4317"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
    ],
)
def test_what_nothing_can_be_sent_with_is_named_in_one_line(monkeypatch, name, value):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit, match=rf"^{name} cannot be used \(.+\): .+$"):
        service_settings("example", apps=[])
