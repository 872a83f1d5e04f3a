"""A release that goes wrong, or is refused before it begins."""

import pytest

from tests.kubernetes.machine import REGISTRY, TAG


@pytest.mark.parametrize(
    ("ends", "why"),
    [
        ("posts-migrate=FailureTarget\nposts-topology=Complete\n", "posts-migrate ended with FailureTarget"),
        ("posts-migrate=Complete\nposts-topology=Failed\n", "posts-topology ended with Failed"),
        ("posts-migrate=\n", "posts-migrate ended with "),
        ("", "there is no Job that has ended"),
    ],
)
def test_a_failed_migration_stops_before_anything_that_runs_is_changed(machine, ends, why):
    machine.monkeypatch.setenv("ENDS", ends)

    assert machine.release_one() == 1

    assert not any("!tidings/phase" in line or "rollout" in line for line in machine.told)
    assert " logs --selector app.kubernetes.io/component in (migrate, topology)" in machine.told[-1]
    assert "no process that runs was changed" in machine.complained
    assert why in machine.complained


@pytest.mark.parametrize(
    "words", ["docker build", "docker push", "current-context", "delete job", "wait job", "get dep"]
)
def test_whatever_fails_earlier_changes_nothing_that_runs(machine, words):
    machine.fails(words.removeprefix("docker "))

    assert machine.release_one() == 1

    assert not any("!tidings/phase" in line or "rollout" in line for line in machine.told)
    assert "was changed" in machine.complained


def test_a_failed_build_pushes_nothing(machine):
    machine.fails("SERVICE=query")

    assert machine.release_all() == 1

    assert not any("push" in line or "--namespace" in line for line in machine.told)
    assert "nothing was changed" in machine.complained


@pytest.mark.parametrize("words", ["status deployment/posts-relay", "apply -k"])
def test_a_failed_roll_out_takes_all_of_it_back(machine, words):
    machine.fails("status deployment/posts-relay" if "status" in words else "!tidings/phase")

    assert machine.release_one() == 1

    assert machine.told[-3:] == [
        "kubectl --namespace tidings rollout undo deployment/posts-web --to-revision=7",
        "kubectl --namespace tidings rollout undo deployment/posts-relay --to-revision=7",
        "kubectl --namespace tidings rollout undo deployment/posts-worker --to-revision=6",
    ]
    assert "3 Deployments went back to what ran before" in machine.complained
    assert "mend: kubectl --namespace tidings get pods" in machine.complained
    assert f"{TAG} runs" not in machine.said


def test_what_was_never_there_cannot_go_back(machine):
    machine.monkeypatch.setenv("REVISIONS", "posts-web=2\nposts-relay=\n")
    machine.fails("status deployment/posts-web")

    assert machine.release_one() == 1

    assert [line for line in machine.told if "rollout undo" in line] == [
        "kubectl --namespace tidings rollout undo deployment/posts-web --to-revision=2"
    ]
    assert "new, with nothing to go back to: posts-relay, posts-worker" in machine.complained


def test_an_undo_that_fails_does_not_stop_the_others_and_is_told(machine):
    machine.fails("rollout")

    assert machine.release_one() == 1

    assert len([line for line in machine.told if "rollout undo" in line]) == 3
    assert "3 Deployments could not be put back" in machine.complained
    assert "went back" not in machine.complained


def test_production_without_a_registry_is_refused_with_the_mend(machine):
    assert machine.release(TAG, "--dry-run") == 1

    assert "none is named" in machine.complained and "mend: add --registry" in machine.complained


def test_production_is_not_released_to_somebody_elses_example(machine):
    assert machine.release(TAG, "--registry", REGISTRY) == 1

    assert "overlays/production/route.yaml still says example.com" in machine.complained
    assert machine.told == []


@pytest.mark.parametrize("missing", ["docker", "kubectl"])
def test_a_program_that_is_missing_is_named_before_anything_is_run(machine, missing):
    (machine.programs / missing).unlink()

    assert machine.release_one() == 1

    assert f"{missing} is not installed" in machine.complained and "mend: install" in machine.complained
    assert machine.told == []


def test_what_is_built_elsewhere_needs_no_docker(machine):
    (machine.programs / "docker").unlink()

    assert machine.release_one("--no-build") == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "required: tag"),
        (("Release-1",), "'Release-1' is no tag"),
        (("v1 ",), "is no tag"),
        (("-v1",), "required: tag"),
        (("a" * 64,), "at most 63"),
        (("posts:1",), "is no tag"),
        (("latest",), "a tag that moves"),
        ((TAG, "--service", "blog"), "invalid choice: 'blog'"),
        ((TAG, "--overlay", "stage"), "invalid choice: 'stage'"),
        ((TAG, "--registry", "https://registry.example.net"), "no address of a registry"),
    ],
)
def test_a_wrong_argument_is_answered_with_what_is_wrong_and_exit_code_2(machine, arguments, why):
    with pytest.raises(SystemExit) as ended:
        machine.release(*arguments)

    said = machine.capfd.readouterr().err
    assert ended.value.code == 2
    assert why in said and "usage: manage.py release" in said
