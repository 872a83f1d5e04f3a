import pytest

from query.api import ready
from query.api.kept import Answers


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """What another test was answered must not decide how many statements this one takes."""
    monkeypatch.setattr(ready, "_answers", Answers(ready.KEPT_BYTES))
