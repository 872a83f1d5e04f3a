"""Tells whoever runs a service whether its process lives and whether it can answer."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


@csrf_exempt
@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers. Touches nothing, so that a fault elsewhere never restarts it."""
    return JsonResponse({"status": "ok"})


@csrf_exempt
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The service can answer from its own database; the broker is not asked, since writes do not need it."""
    try:
        pending = _pending_migrations()
    except DatabaseError:
        return JsonResponse({"status": "unready", "database": "unreachable"}, status=503)
    if pending:
        return JsonResponse({"status": "unready", "database": f"{pending} migrations pending"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


def _pending_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
