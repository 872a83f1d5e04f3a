"""Answers that a process keeps: never more than it may."""

from query.api.kept import Answers, Kept, size_of

ANSWER = Kept(b"x" * 500, {"ETag": "tag"}, lambda: "tag")


def test_the_answers_that_nobody_asked_for_make_room():
    answers = Answers(3 * size_of(("1",), ANSWER))
    for address in ("1", "2", "3"):
        answers.keep((address,), ANSWER)
    answers.find(("1",))
    answers.keep(("4",), ANSWER)

    assert [address for address in "1234" if answers.find((address,))] == ["1", "3", "4"]


def test_an_answer_takes_the_place_of_the_one_before():
    answers = Answers(2 * size_of(("1",), ANSWER))
    for number in range(9):
        answers.keep(("1",), ANSWER._replace(headers={"ETag": str(number)}))
    answers.keep(("2",), ANSWER)

    assert answers.find(("1",)).tag == "8" and answers.find(("2",)) == ANSWER


def test_what_is_larger_than_all_room_is_not_kept():
    answers = Answers(100)
    answers.keep(("1",), ANSWER)

    assert answers.find(("1",)) is None
