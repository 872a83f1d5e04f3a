from importlib import import_module

from django.apps import AppConfig


class DriftConfig(AppConfig):
    name = "shared_events.drift"
    verbose_name = "Drift"

    def ready(self) -> None:
        import_module("shared_events.drift.gauging")  # its numbers are told from now on
        from shared_events.drift.models import DigestReplica
        from shared_events.replicas import COMPARED, REPLICATED

        # The digests are a copy like any other: the newest of a kind is kept.
        REPLICATED.update({kind: [DigestReplica] for kind in COMPARED.values()})
