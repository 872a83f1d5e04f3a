"""What the views of a service have in common."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from chassis import conditional
from chassis.freshness import VERSION, WaitsForNews
from shared_events import outbox


class CommandView(WaitsForNews, GenericAPIView):  # type: ignore[type-arg] # generic in the stubs alone
    """A view that hands what is asked for to a command.

    ``serializer_class`` checks what is asked for, ``shown_class`` shows what there is. What the domain
    refuses is answered with the problem that ``refusals`` names for it.
    """

    shown_class: ClassVar[type[Serializer]]  # type: ignore[type-arg] # as above
    refusals: ClassVar[Mapping[type[Exception], type[APIException]]] = {}

    def wanted(self, given: Any, **options: Any) -> dict[str, Any]:
        """What a request's body or query asks for, checked."""
        serializer = self.get_serializer(data=given, **options)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def shown(self, things: Any, **options: Any) -> Any:
        return self.shown_class(things, context=self.get_serializer_context(), **options).data

    def page(self) -> Response:
        """One page of what ``get_queryset`` lists."""
        return self.get_paginated_response(self.shown(self.paginate_queryset(self.get_queryset()), many=True))

    def tag(self, thing: Any) -> str:
        """The ETag of a thing: its version, which every change of what is shown moves."""
        return conditional.version_tag(thing.version)

    def one(self, thing: Any) -> Response:
        """The answer to a read of one thing."""
        return conditional.answer(self.request, self.shown(thing), self.tag(thing))

    def written(self, thing: Any) -> Response:
        """The answer to a write: the thing as it is now."""
        return Response(self.shown(thing), headers={"ETag": self.tag(thing), **_told(thing.id)})

    def created(self, thing: Any) -> Response:
        """The answer to a write that made a thing."""
        answer = self.written(thing)
        answer.status_code, answer["Location"] = status.HTTP_201_CREATED, answer.data["url"]
        return answer

    def removed(self, subject: UUID) -> Response:
        """The answer to a write that left nothing of a thing to show."""
        return Response(status=status.HTTP_204_NO_CONTENT, headers=_told(subject))

    def handle_exception(self, exc: Exception) -> Response:
        problem = self.refusals.get(type(exc))
        return super().handle_exception(problem(str(exc)) if problem else exc)


def _told(subject: UUID) -> dict[str, str]:
    """What others are to wait for who want to see this write: 0, and so nothing, if nobody was told of it."""
    return {VERSION: f"{subject}@{outbox.last_told(subject)}"}
