"""Lets a POST take effect once per key."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from chassis.authentication import author
from chassis.idempotency.models import LONGEST_KEY, UsedKey

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
ACCEPTABLE = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}")
KEPT_FOR = timedelta(days=1)
PRUNED_AT_ONCE = 20  # per new key, so that old ones go faster than new ones come

Post = Callable[..., Response]


class KeyUsed(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = f"This {HEADER} belongs to another request of yours: make a new one for this."
    default_code = "idempotency_key_used"


def once_per_key(post: Post) -> Post:
    """Let the decorated POST take effect once per ``Idempotency-Key`` of its caller.

    The key, what the POST does with the events it tells, and its answer are one transaction. The same request
    sent again gets the same answer for a day and does nothing; sent at the same time, it waits for the first.
    What is refused does nothing and leaves no key behind. Without the header every POST takes effect.
    """

    @wraps(post)
    def once(view: Any, request: Request, *arguments: Any, **keywords: Any) -> Response:
        if HEADER not in request.headers:
            return post(view, request, *arguments, **keywords)
        with transaction.atomic():
            used, is_new = _claim(request)
            if not is_new:
                return _replay(used)
            answer = post(view, request, *arguments, **keywords)
            _keep(used, answer)
            return answer

    return once


def _claim(request: Request) -> tuple[UsedKey, bool]:
    """The caller's key, and whether it is new; whoever claims the same one at the same time has to wait."""
    caller, key, digest = author(request), _key(request), _digest(request)
    _prune(Q(caller=caller, key=key))
    own = UsedKey(caller=caller, key=key, digest=digest)
    UsedKey.objects.bulk_create([own], ignore_conflicts=True)
    used = UsedKey.objects.get(caller=caller, key=key)
    if used.digest != digest:
        raise KeyUsed
    return used, used.id == own.id


def _prune(asked_for: Q) -> None:
    """Forget the oldest of the keys that are too old, and this one if it is: but none that others hold."""
    too_old = UsedKey.objects.filter(used_at__lt=timezone.now() - KEPT_FOR)
    too_old.filter(asked_for).delete()
    oldest = too_old.select_for_update(skip_locked=True).order_by("used_at").values_list("pk", flat=True)
    UsedKey.objects.filter(pk__in=list(oldest[:PRUNED_AT_ONCE])).delete()


def _keep(used: UsedKey, answer: Response) -> None:
    used.status = answer.status_code
    # In which format the answer is sent is agreed upon each time.
    used.headers = {name: text for name, text in answer.headers.items() if name != "Content-Type"}
    used.body = JSONRenderer().render(answer.data).decode()
    used.save(update_fields=["status", "headers", "body"])


def _replay(used: UsedKey) -> Response:
    body = json.loads(used.body) if used.body else None
    return Response(body, status=used.status, headers=used.headers | {REPLAYED: "true"})


def _key(request: Request) -> str:
    key = request.headers[HEADER]
    if not ACCEPTABLE.fullmatch(key):
        raise ParseError(f"{HEADER} must have 1 to {LONGEST_KEY} visible ASCII characters.")
    return key


def _digest(request: Request) -> str:
    asked = [request.method, request.get_full_path(), request.data]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
