"""A replica that differs from its source is found, named, and found equal again; what is under way is not."""

from hashlib import sha256
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from msgspec.structs import replace

from shared_events import gauges
from shared_events.catalogue import CommentsDigested
from shared_events.drift import comparing
from shared_events.drift.models import Comparison, DigestReplica, DigestTelling
from shared_events.models import OutboxEntry
from shared_events.replicas import COMPARED
from shared_events.testing import deliver, sealed
from shared_events.tests.engines import on_one_engine
from shared_events.tests.events import comment_created, comment_deleted, comment_updated
from shared_events.tests.example.models import CommentReplica
from shared_events.tests.processes import START, publish
from shared_events.tests.test_telling_digests import long_ago
from shared_events.tests.waiting import until

pytestmark = pytest.mark.django_db
ONE, TWO, OTHER = UUID(int=1), UUID(int=2), UUID(int=256 + 1)  # the first and the last share a bucket
LABEL = "example.CommentReplica"


class Owner:
    """Comments, as far as this test goes: its living rows by id and version."""

    def __init__(self) -> None:
        self.rows = {ONE: 1, TWO: 1}
        self.version = 0

    def digests(self, version=None):
        """What it would tell now, worked out another way than by the code under test."""
        self.version = version or self.version + 1
        digests = [0] * 256
        for key, row in self.rows.items():
            digests[int(key) % 256] ^= int(sha256(key.bytes + row.to_bytes(8)).hexdigest()[:12], 16)
        return CommentsDigested(
            collection_id=CommentsDigested.collection(),
            version=self.version,
            count=len(self.rows),
            digests=tuple(digests),
        )

    def tells(self):
        deliver(self.digests())
        return comparing.compare_due()


@pytest.fixture
def owner():
    deliver(comment_created(ONE), comment_created(TWO))
    return Owner()


def numbers():
    return {
        one.name.removeprefix("shared_events_replica_"): one.value
        for one in gauges.read()
        if one.labels.get("replica") == LABEL
    }


def drifted():
    return Comparison.objects.get().drifted


def test_what_equals_its_source_has_not_drifted(owner, capsys):
    assert (owner.tells(), owner.tells()) == (1, 1)

    assert Comparison.objects.get().differences == {}
    assert numbers()["drift_buckets"] == numbers()["drift_seconds"] == 0
    assert numbers()["compared_seconds"] > 0
    call_command("drift")
    assert f"{LABEL}: equals what comments told at" in capsys.readouterr().out


def test_before_anything_was_told_there_is_nothing_to_say(capsys):
    assert comparing.compare_due() == 0

    assert numbers() == {"drift_buckets": 0, "drift_seconds": 0, "compared_seconds": 0}
    call_command("drift")
    assert "not compared yet; manage.py comments digests has comments tell now" in capsys.readouterr().out


def delete():
    CommentReplica.objects.filter(pk=ONE).delete()


def change():
    CommentReplica.objects.filter(pk=ONE).update(version=2)


def hide():
    CommentReplica.objects.filter(pk=ONE).update(is_deleted=True)


def add():
    deliver(comment_created(OTHER))


@pytest.mark.parametrize("by_hand", [delete, change, hide, add])
def test_whatever_somebody_does_to_a_replica_is_found_at_the_second_telling(owner, by_hand, capsys):
    owner.tells()
    by_hand()

    owner.tells()
    assert drifted() == 0, "a row may be under way"
    owner.tells()

    assert drifted() == 1
    assert numbers()["drift_buckets"] == 1
    assert numbers()["drift_seconds"] > 0
    with pytest.raises(CommandError, match="1 of 1 kinds of copies differ from their source"):
        call_command("drift")
    said = capsys.readouterr().out
    assert f"{LABEL}: 1 of 256 buckets differ from what comments told" in said
    assert "bucket   1: told " in said


def test_it_says_since_when_and_how_many_rows_there_are(owner):
    owner.tells()
    delete()
    for _ in range(3):
        owner.tells()

    found = Comparison.objects.get()
    assert (found.count_told, found.count_found) == (2, 1)
    assert found.drifted_since < DigestReplica.objects.get().told_at
    assert found.differences["1"]["tellings"] == 3


def test_once_a_row_is_as_it_was_told_nothing_differs(owner, capsys):
    delete()
    owner.tells()
    owner.tells()
    assert drifted() == 1

    owner.rows[ONE] = 2
    deliver(comment_updated(ONE, version=2))
    owner.tells()

    assert drifted() == numbers()["drift_buckets"] == numbers()["drift_seconds"] == 0
    call_command("drift")


def test_rows_that_are_under_way_at_every_telling_are_no_drift(owner):
    for version in range(2, 6):
        owner.rows[ONE] = version  # told, and not here yet
        owner.tells()
        assert list(Comparison.objects.get().differences) == ["1"]
        assert drifted() == 0
        deliver(comment_updated(ONE, version=version))
    for version in range(6, 9):
        told = owner.digests()
        owner.rows[ONE] = version  # here before the digests that were read before it
        deliver(comment_updated(ONE, version=version), told)
        comparing.compare_due()
        assert list(Comparison.objects.get().differences) == ["1"]
        assert drifted() == 0

    owner.tells()
    assert Comparison.objects.get().differences == {}


def test_a_row_that_stays_away_is_found_though_another_of_its_bucket_moves(owner):
    owner.rows[OTHER] = 1
    deliver(comment_created(OTHER))
    delete()
    owner.rows[OTHER] = 2
    owner.tells()
    deliver(comment_updated(OTHER, version=2))

    owner.tells()
    assert drifted() == 0
    owner.tells()
    assert drifted() == 1


def test_what_was_deleted_at_its_owner_is_no_drift(owner):
    deliver(comment_deleted(ONE, version=2))
    del owner.rows[ONE]

    owner.tells()

    assert Comparison.objects.get().differences == {}


def test_each_telling_is_compared_with_once_and_an_old_one_never(owner):
    delete()
    newest = sealed(owner.digests(version=5))
    deliver(newest)
    assert [comparing.compare_due() for _ in range(2)] == [1, 0]

    deliver(newest, owner.digests(version=4))

    assert comparing.compare_due() == 0
    assert Comparison.objects.get().differences["1"]["tellings"] == 1


def test_an_owner_may_tell_in_another_number_of_buckets_or_in_none(owner):
    told = owner.digests()
    for digests in ((0,) * 16, (told.digests[1] ^ told.digests[2],), ()):
        deliver(replace(owner.digests(), digests=digests))
        comparing.compare_due()

    found = Comparison.objects.get()
    assert (found.buckets, found.differences) == (1, {})


def test_every_replica_that_is_told_of_by_one_owner_is_compared():
    assert {CommentReplica: CommentsDigested} == COMPARED


@on_one_engine
@pytest.mark.django_db(transaction=True)
def test_a_worker_tells_and_compares_by_itself(idle_worker, channel, owner):
    long_ago()
    idle_worker.start(DIGESTS_EVERY_HOURS="1")
    publish(channel, sealed(owner.digests()))

    until(lambda: Comparison.objects.filter(count_found=2), seconds=START)
    until(lambda: OutboxEntry.objects.filter(type="posts.post.digested"), seconds=START)
    assert DigestTelling.objects.get().told_at < timezone.now()
