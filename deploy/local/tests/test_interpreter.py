import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import interpreter
from deploy.local.trouble import Trouble


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """One with an environment, and a lock that asks for nothing, so that nothing has to be fetched."""
    repository = tmp_path_factory.mktemp("repository")
    lock = repository / interpreter.LOCK
    lock.parent.mkdir()
    lock.write_text("# nothing\n")
    interpreter.ensure(repository, repository / ".venv")
    return repository


def test_an_environment_is_made_once_and_renewed_when_the_lock_changes(repository, capsys):
    home, lock = repository / ".venv", repository / interpreter.LOCK
    assert subprocess.run([home / "bin" / "python", "-c", "import pip"]).returncode == 0
    lock.write_text("# another nothing\n")

    interpreter.ensure(repository, home)
    assert "0 packages, hashes verified" in capsys.readouterr().out

    interpreter.ensure(repository, home)
    assert capsys.readouterr().out == ""


def test_a_package_without_a_hash_is_refused_and_the_environment_stays_stale(repository):
    home, lock = repository / ".venv", repository / interpreter.LOCK
    kept = lock.read_text()
    lock.write_text("django==5.2.19\n")

    with pytest.raises(Trouble) as told:
        interpreter.ensure(repository, home)

    assert "hashes" in str(told.value)
    assert not interpreter.is_fresh(home, hashlib.sha256(lock.read_bytes()).hexdigest())
    lock.write_text(kept)


def test_a_python_without_venv_names_the_package_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    lock = tmp_path / interpreter.LOCK
    lock.parent.mkdir()
    lock.write_text("# nothing\n")

    with pytest.raises(Trouble) as told:
        interpreter.ensure(tmp_path, tmp_path / ".venv")

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"sudo apt-get install python{version}-venv" in str(told.value)
