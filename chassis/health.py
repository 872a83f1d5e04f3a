"""Tells whoever runs a service whether its process lives and whether it can answer."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chassis.metrics.exposition import metrics

log = logging.getLogger(__name__)


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers. Touches nothing, so that a fault elsewhere never restarts it."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The service can answer from its own database; the broker is not asked, since writes do not need it."""
    try:
        pending = _pending_migrations()
    except DatabaseError as fault:
        log.warning("not ready: the database cannot be reached: %s", fault)
        return JsonResponse({"status": "unready", "database": "unreachable"}, status=503)
    if pending:
        log.warning("not ready: %d migrations pending", pending)
        return JsonResponse({"status": "unready", "database": f"{pending} migrations pending"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


def _pending_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "livez": livez,
    "readyz": readyz,
    "metrics": metrics,
}


class ProbeMiddleware:
    """Answers before anybody asks by which name the service was called: probes call a bare address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info.removeprefix(f"/{settings.SERVICE['NAME']}/"))
        return probe(request) if probe else self.get_response(request)
