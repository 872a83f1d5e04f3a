"""Serializer fields that take what they say and nothing else."""

from typing import Any

from rest_framework.serializers import CharField


class TextField(CharField):
    """Text: a number is not text here. NUL and lone surrogates are refused by every CharField."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))
