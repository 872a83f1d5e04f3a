from uuid import NAMESPACE_URL, uuid5

import pytest
from django.core.management import call_command

from comments.management.commands.demo import COMMENTS
from comments.models import Comment
from comments.tests.events import post_created
from shared_events.testing import deliver, told

pytestmark = pytest.mark.django_db


def demo_post(title):
    return post_created(uuid5(NAMESPACE_URL, f"tidings:demo:{title}"), title=title)


def run(capsys):
    call_command("demo")
    return capsys.readouterr().out


def test_the_demo_comments_on_the_posts_that_are_known(capsys):
    deliver(demo_post("What the frost left"))

    said = run(capsys)

    assert "1 comments written, 0 were there already" in said
    assert f"{len(COMMENTS) - 1} wait for posts not known here yet" in said


def test_the_demo_is_complete_once_its_posts_have_come_and_doubles_nothing(capsys):
    run(capsys)
    deliver(*(demo_post(title) for title in {title for title, *_ in COMMENTS}))

    assert f"{len(COMMENTS)} comments written, 0 were there already" in run(capsys)
    assert f"0 comments written, {len(COMMENTS)} were there already" in run(capsys)

    assert Comment.objects.count() == len(told()) == len(COMMENTS)
