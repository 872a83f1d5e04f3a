"""What the descriptions of all services have in common: problems and headers."""

from typing import Any

from chassis.openapi.introduction import ORIGIN

CONTENT_TYPE = "application/problem+json"  # not from chassis.problems: settings are read before any of Django
TEXTS = {
    400: "The request has faults; `errors` names them.",
    401: "Who is asking is not known: the token is missing, has expired, or is not valid here.",
    403: "You may not do this.",
    404: "There is no such thing, or none that you may know of.",
    406: "This can only be answered as JSON, or to a browser as a page.",
    409: "That is not possible as things stand.",
    411: "The request must say how long its body is.",
    412: "It has changed since you saw it.",
    413: "The body is too large.",
    415: "Only `application/json` is read.",
    422: "The `Idempotency-Key` belongs to another request of yours.",
    428: "The service is set to ask of every change what it starts from: name it in `If-Match`.",
    429: "Too many requests: wait.",
    500: "Something went wrong here; the fault is noted under `instance`.",
    503: "The database cannot be reached, or has not heard of what `Tidings-After` names: try again.",
}
HEADERS_OF = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}


def problem_name(status: int) -> str:
    return f"Problem{status}"


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def _problem(status: int, description: str) -> dict[str, Any]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS_OF.get(status, ())}
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content} | ({"headers": headers} if headers else {})


def _header(name: str, description: str, example: str, **schema: Any) -> dict[str, Any]:
    """A header that a client may send."""
    return {
        "name": name,
        "in": "header",
        "description": description,
        "schema": {"type": "string", **schema},
        "example": example,
    }


def _answered(description: str, example: str) -> dict[str, Any]:
    """A header that an answer may have."""
    return {"description": description, "schema": {"type": "string"}, "example": example}


SUBJECT_AT_VERSION = "0198f0c4-6c1e-7cc3-98c4-dc0c0c07398f@1"
MEMBERS = ["type", "title", "status", "detail", "code", "instance", "errors"]

COMPONENTS: dict[str, dict[str, Any]] = {
    "schemas": {
        "Fault": {
            "type": "object",
            "required": ["pointer", "code", "detail"],
            "properties": {
                "pointer": _text(
                    "Where: a JSON pointer into the body, or the name of a parameter after `#/`."
                ),
                "code": _text("What, in a word that stays the same."),
                "detail": _text("What, for people."),
            },
        },
        "Problem": {
            "type": "object",
            "required": MEMBERS,
            "properties": {
                "type": _text("A URI; `about:blank` says that `title` is that of the status."),
                "title": _text("The name of the status."),
                "status": {"type": "integer", "description": "The status of the answer."},
                "detail": _text("What is wrong, for people."),
                "code": _text("What is wrong, in a word that stays the same."),
                "instance": _text("The id of the request, by which the logs know it."),
                "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
            },
            "example": {
                "type": "about:blank",
                "title": "Bad Request",
                "status": 400,
                "detail": "The request has faults.",
                "code": "invalid",
                "instance": "0198f0c4-6c1e-7cc3-98c4-dc0c0c07398f",
                "errors": [
                    {"pointer": "#/title", "code": "required", "detail": "This field is required."},
                ],
            },
        },
    },
    "responses": {problem_name(status): _problem(status, text) for status, text in TEXTS.items()},
    "headers": {
        "ETag": _answered("The version of the thing, for `If-Match` and `If-None-Match`.", '"1"'),
        "Idempotency-Replayed": _answered("`true` on an answer that was given before.", "true"),
        "Location": _answered("Where the new thing is.", f"{ORIGIN}/…"),
        "Retry-After": _answered("Seconds to wait before the next try.", "2"),
        "Tidings-Version": _answered("For `Tidings-After` of any other service.", SUBJECT_AT_VERSION),
        "WWW-Authenticate": _answered("How to say who you are.", 'Bearer realm="posts"'),
    },
    "parameters": {
        "Idempotency-Key": _header(
            "Idempotency-Key",
            "A key of your own for this request. Sent again within a day, it gets the same answer and does "
            "nothing; another request under the same key is refused with 422.",
            "8e03978e-40d5-43dd-bc93-6894a57f9324",
            pattern="^[!-~]{1,128}$",
        ),
        "If-Match": _header("If-Match", "The `ETag` of what you saw: refused with 412 if it changed.", '"1"'),
        "If-None-Match": _header(
            "If-None-Match", "The `ETag` of what you have: 304 if it is the same.", '"7"'
        ),
        "Tidings-After": _header(
            "Tidings-After",
            "The `Tidings-Version` of a write: answered once it was heard of here, or by 503 after seconds.",
            SUBJECT_AT_VERSION.replace("@1", "@0"),
            pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}@[0-9]{1,18}$",
        ),
    },
}
