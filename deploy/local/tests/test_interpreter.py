import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import interpreter
from deploy.local.trouble import Trouble


@pytest.fixture
def repository(tmp_path) -> Path:
    """One whose lock asks for nothing, so that nothing has to be fetched."""
    lock = tmp_path / interpreter.LOCK
    lock.parent.mkdir()
    lock.write_text("# nothing\n")
    return tmp_path


def test_an_environment_is_made_once_and_renewed_when_the_lock_changes(repository, capsys):
    home = repository / ".venv"

    interpreter.ensure(repository, home)

    assert subprocess.run([home / "bin" / "python", "-c", "import pip"]).returncode == 0
    assert "0 packages, hashes verified" in capsys.readouterr().out
    interpreter.ensure(repository, home)
    assert capsys.readouterr().out == ""
    (repository / interpreter.LOCK).write_text("# another nothing\n")
    interpreter.ensure(repository, home)
    assert "hashes verified" in capsys.readouterr().out


def test_a_package_without_a_hash_is_refused_and_the_environment_stays_stale(repository):
    (repository / interpreter.LOCK).write_text("django==5.2.19\n")
    home = repository / ".venv"

    with pytest.raises(Trouble) as told:
        interpreter.ensure(repository, home)

    assert "hashes" in str(told.value)
    assert not (home / interpreter.STAMP).exists()


def test_a_python_without_venv_names_the_package_to_install(repository, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    with pytest.raises(Trouble) as told:
        interpreter.ensure(repository, repository / ".venv")

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"sudo apt-get install python{version}-venv" in str(told.value)
