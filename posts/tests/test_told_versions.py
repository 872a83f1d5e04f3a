"""`Tidings-Version`: what the others are to wait for who want to see a write."""

POSTS = "/posts/api/v1/posts/"
TEXT = {"title": "Title", "body": "Body"}


def version(answer) -> int:
    subject, _, told = answer["Tidings-Version"].partition("@")
    assert answer.status_code == 204 or subject == answer.json()["id"]
    return int(told)


def test_a_post_names_its_version(alice):
    post = alice.post(POSTS, TEXT, format="json")

    assert version(post) == 1
    assert version(alice.patch(post["Location"], {"title": "Another"}, format="json")) == 2
    assert version(alice.post(f"{post['Location']}publish/")) == 2
    assert version(alice.delete(post["Location"])) == 3


def test_nobody_has_to_wait_for_a_draft(alice):
    draft = alice.post(POSTS, TEXT | {"status": "draft"}, format="json")

    assert version(draft) == 0
    assert version(alice.patch(draft["Location"], {"title": "Another"}, format="json")) == 0
    assert version(alice.post(f"{draft['Location']}publish/")) == 3


def test_after_a_post_was_withdrawn_its_end_is_all_there_is_to_wait_for(alice):
    post = alice.post(POSTS, TEXT, format="json")["Location"]

    assert version(alice.post(f"{post}withdraw/")) == 2
    assert version(alice.post(f"{post}withdraw/")) == 2
    assert version(alice.patch(post, {"title": "Another"}, format="json")) == 2
    assert version(alice.delete(post)) == 2


def test_an_owner_knows_its_own_versions(alice):
    post = alice.post(POSTS, TEXT, format="json")

    assert alice.get(POSTS, headers={"tidings-after": post["Tidings-Version"]}).status_code == 200


def test_an_answer_that_is_sent_again_names_the_same(alice):
    answers = [alice.post(POSTS, TEXT, format="json", headers={"idempotency-key": "a-key"}) for _ in range(2)]

    assert answers[0]["Tidings-Version"] == answers[1]["Tidings-Version"]
