import pytest

from shared_events.testing import deliver, told_by_the_last_release

pytestmark = pytest.mark.django_db


def test_whatever_the_last_release_told_is_applied_today():
    parked = deliver(*told_by_the_last_release())

    assert parked == 0
