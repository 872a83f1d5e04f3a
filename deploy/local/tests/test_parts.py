"""What `manage.py test` runs for a part."""

from deploy.local import parts
from deploy.local.checks import run
from tests import conftest


def names(*wanted, arguments=()):
    return [check.name for check in parts.checks_of(wanted, arguments)]


def test_every_service_is_tested_on_both_engines_and_arguments_reach_pytest():
    checks = parts.checks_of(["posts"], ["-k", "withdraw"])

    assert [check.name for check in checks] == ["posts migrations", "posts sqlite", "posts postgres"]
    assert all(check.settings == "posts.config.settings" for check in checks)
    assert list(checks[1].argv[-3:]) == ["posts", "-k", "withdraw"]


def test_the_system_is_run_on_every_mix_of_databases_and_then_what_needs_none():
    assert names("system") == ["system sqlite", "system postgres", "system mixed", "system others"]
    assert set(parts.MIXES) == set(conftest.ENGINES)


def test_what_has_a_weight_is_there():
    checks = parts.checks_of(parts.PARTS, ())

    assert set(parts.WEIGHTS) <= {check.name for check in checks} | {check.part for check in checks}


def test_it_fails_when_none_of_the_tests_was_asked_for(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("TIDINGS_LOCAL", str(tmp_path))

    assert run(parts.checks_of(["benchmarks"], ["-k", "nothing_of_the_kind"]), jobs=1) == 1
    *_, reason, totals = capsys.readouterr().out.splitlines()
    assert (reason.strip(), totals) == ("FAILED there is no such test", "0 passed, 1 failed")
