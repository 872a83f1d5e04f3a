from posts.models import Post
from shared_events.catalogue.examples import THING
from shared_events.testing import deliver, told_by_the_last_release


def test_whatever_the_last_release_told_is_applied_today():
    Post.objects.create(id=THING, author="ann", title="Title", body="Body", status="published")

    parked = deliver(*told_by_the_last_release())

    assert parked == 0
