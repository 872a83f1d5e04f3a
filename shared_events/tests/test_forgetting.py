import pytest
from django.db import connection
from django.db.backends.signals import connection_created

from shared_events.relay import forgetting

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = {"postgresql": "SHOW synchronous_commit", "sqlite": "PRAGMA synchronous"}
DURABLE = {
    "postgresql": ("options", "-c synchronous_commit=on"),
    "sqlite": ("init_command", "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"),
}
WAITS = {"postgresql": "on", "sqlite": 2}  # FULL
FORGETS = {"postgresql": "off", "sqlite": 1}  # NORMAL


@pytest.fixture
def durable(monkeypatch):
    """Connections as a service has them, unlike those of tests; none that forgets afterwards."""
    option, said = DURABLE[connection.vendor]
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], option, said)
    connection.close()
    yield
    connection_created.disconnect(forgetting._ask_for_speed)
    connection.close()


def durability():
    with connection.cursor() as cursor:
        cursor.execute(ASKED[connection.vendor])
        return cursor.fetchone()[0]


def test_the_sessions_of_a_relay_alone_do_not_wait_for_the_disk(durable):
    assert durability() == WAITS[connection.vendor]
    connection.close()

    forgetting.may_forget()

    assert durability() == FORGETS[connection.vendor]
