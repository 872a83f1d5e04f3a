"""Reads what a view takes and answers off the view itself."""

import json
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from chassis.conditional import PreconditionFailed
from chassis.openapi.components import TEXTS, problem_name
from chassis.pagination import NewestFirst
from chassis.problems import Conflict

ALWAYS = (400, 404, 406, 429, 500, 503)
NEEDS_A_NAME = (401, 403)
GOOD = {200: "As it is now.", 201: "It is made.", 204: "It is gone."}
HAS_A_BODY = (411, 413, 415)
JSON = "application/json"


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # untyped hook
    """Says how a token is sent."""

    target_class = "chassis.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class ContractSchema(AutoSchema):
    """Describes an operation by its view.

    Of the view it reads ``serializer_class`` (what is asked for), ``shown_class`` (what is answered),
    ``parameters`` (what may stand behind the question mark), ``refusals``, ``example`` (a body that works as
    it is) and ``answers_have_tags``.
    """

    view: Any

    def get_operation(self, *arguments: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*arguments)
        if operation is None:
            return None
        operation["description"] += self._as_pasted()
        if example := self._example():
            operation["requestBody"]["content"][JSON]["example"] = example
        sent = [{"$ref": f"#/components/parameters/{name}"} for name in self._headers_sent()]
        operation["parameters"] = [*operation.get("parameters", []), *sent]
        for status in sorted(self._refusals()):
            operation["responses"][str(status)] = {"$ref": f"#/components/responses/{problem_name(status)}"}
        self._add_what_good_answers_have(operation["responses"])
        return operation

    def get_override_parameters(self) -> list[Any]:
        parameters = getattr(self.view, "parameters", None)
        return [parameters] if self.method == "GET" and parameters and parameters().fields else []

    def get_request_serializer(self) -> Any:
        return None if self.method in ("GET", "DELETE") else self.view.serializer_class

    def get_response_serializers(self) -> Any:
        return {self._success(): None if self.method == "DELETE" else self.view.shown_class}

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.method == "GET" and not self.path.endswith("}/")

    def _get_paginator(self) -> NewestFirst:
        return NewestFirst()  # a list is always cut into pages

    # ---- what kind of operation it is

    def _is_deed(self) -> bool:
        """Whether it is done to a thing under an address of its own, like `publish/`."""
        return self.method == "POST" and not hasattr(self.view, "get")

    def _has_tag(self) -> bool:
        is_one = self.method == "GET" and not self._is_list_view()
        return is_one or getattr(self.view, "answers_have_tags", False)

    def _may_be_conditional(self) -> bool:
        can_be_outdated = PreconditionFailed in getattr(self.view, "refusals", {}).values()
        return can_be_outdated and (self.method in ("PATCH", "DELETE") or self._is_deed())

    def _success(self) -> int:
        made = self.method == "POST" and not self._is_deed()
        return 201 if made else 204 if self.method == "DELETE" else 200

    def _refusals(self) -> set[int]:
        found = {*ALWAYS, *(NEEDS_A_NAME if self.view.get_authenticators() else ())}
        if self.method in ("POST", "PATCH"):
            found |= {*HAS_A_BODY, *([422] if self.method == "POST" else [])}
        if self.method != "GET" and Conflict in getattr(self.view, "refusals", {}).values():
            found.add(409)
        if self._has_tag() or self._may_be_conditional():
            found.add(412)
        if self._may_be_conditional():
            found.add(428)
        return found & set(TEXTS)

    def _headers_sent(self) -> list[str]:
        keyed = ["Idempotency-Key"] if self.method == "POST" else []
        match = ["If-Match"] if self._may_be_conditional() else []
        none_match = ["If-None-Match"] if self._has_tag() else []
        return [*keyed, *match, *none_match, "Tidings-After"]

    def _add_what_good_answers_have(self, responses: dict[str, Any]) -> None:
        names = {
            "POST": ["ETag", "Tidings-Version", "Idempotency-Replayed"],
            "PATCH": ["ETag", "Tidings-Version"],
        }
        names |= {"DELETE": ["Tidings-Version"], "GET": ["ETag"] if self._has_tag() else []}
        wanted = names[self.method] + (["Location"] if self._success() == 201 else [])
        headers = {name: {"$ref": f"#/components/headers/{name}"} for name in wanted}
        good = responses[str(self._success())]
        good["description"] = GOOD[self._success()]
        if headers:
            good["headers"] = headers
        if self._has_tag():
            responses["304"] = {"description": "You have it already.", "headers": headers}

    # ---- examples

    def _example(self) -> dict[str, Any]:
        serializer = self.get_request_serializer()
        if serializer is None or not issubclass(serializer, serializers.Serializer):
            return {}
        return dict(getattr(self.view, "example", {}))

    def _as_pasted(self) -> str:
        """The request for a shell, as the introduction explains."""
        address = self.path.replace("{", "$").replace("}", "")
        for name in self._names():
            address = address.replace(f"${name}", f"${name.upper()}")
        line = "curl -fsS" + (f" -X {self.method}" if self.method != "GET" else "")
        line += f' "$TIDINGS{address}"'
        if self.view.get_authenticators():
            line += ' -H "Authorization: Bearer $TOKEN"'
        if example := self._example():
            line += f" \\\n  -H 'Content-Type: {JSON}' -d '{json.dumps(example)}'"
        return f"\n\n```sh\n{line}\n```"

    def _names(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]
