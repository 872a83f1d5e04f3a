"""Who is asking: the bearer of a signed token, or a person with a Django session."""

import logging
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import jwt
from django.conf import settings
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from chassis.problems import Unavailable

log = logging.getLogger(__name__)

CLOCK_SKEW = 30
JWKS_TIMEOUT = 3
# An author is stored in 150 characters and shown to others.
SUBJECT = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,150}")


@dataclass(frozen=True)
class Principal:
    """The bearer of a token: known by its claims alone, without a row in any database."""

    subject: str
    roles: frozenset[str] = frozenset()

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_staff = False
    is_superuser = False

    def __str__(self) -> str:
        return self.subject

    @property
    def pk(self) -> str:
        return self.subject

    def get_username(self) -> str:
        return self.subject


class BearerAuthentication(BaseAuthentication):
    """Accepts a token of the configured issuer for this audience; anything else in its place is refused."""

    def authenticate(self, request: Request) -> tuple[Principal, str] | None:
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        claims = _claims(token.strip())
        _refuse_what_lives_too_long(claims)
        return _principal(claims), token

    def authenticate_header(self, request: Request) -> str:
        return f'Bearer realm="{settings.SERVICE["NAME"]}"'


def author(request: Request) -> str:
    """The name that a person writes under, whichever way they came in."""
    return request.user.get_username()


def roles(user: Any) -> frozenset[str]:
    """The roles of a token are its claim; those of a Django user are its groups."""
    if isinstance(user, Principal):
        return user.roles
    return frozenset(user.groups.values_list("name", flat=True))


def _principal(claims: dict[str, Any]) -> Principal:
    subject, claimed = claims["sub"], claims.get("roles", [])
    if not SUBJECT.fullmatch(subject):
        raise AuthenticationFailed("The token's subject is no name that can be written under.")
    if not isinstance(claimed, list) or not all(isinstance(role, str) for role in claimed):
        raise AuthenticationFailed("The token's roles are not a list of words.")
    return Principal(subject, frozenset(claimed))


def _claims(token: str) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            _verification_key(token),
            algorithms=settings.JWT["ALGORITHMS"],
            issuer=settings.JWT["ISSUER"],
            audience=settings.JWT["AUDIENCE"],
            leeway=CLOCK_SKEW,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.ExpiredSignatureError:
        raise AuthenticationFailed("The token has expired.") from None
    except jwt.PyJWTError:
        raise AuthenticationFailed("The token is not valid here.") from None


def _refuse_what_lives_too_long(claims: dict[str, Any]) -> None:
    """Nobody here learns that a user was disabled: what bounds that is how long a token is good for."""
    longest = settings.JWT["LONGEST_LIFETIME"]
    if longest and claims["exp"] - claims["iat"] > longest.total_seconds():
        minutes = longest.total_seconds() / 60
        raise AuthenticationFailed(
            f"The token is good for more than the {minutes:g} minutes that JWT_LONGEST_LIFETIME allows."
        )


def _verification_key(token: str) -> Any:
    if settings.JWT["PUBLIC_KEY"]:
        return settings.JWT["PUBLIC_KEY"]
    try:
        return _key_set(settings.JWT["JWKS_URL"]).get_signing_key_from_jwt(token)
    except (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError, ValueError) as fault:
        log.warning("the keys of the token's issuer cannot be had: %s", fault)
        raise Unavailable("The keys of the token's issuer cannot be had at the moment.") from None


@cache
def _key_set(url: str) -> jwt.PyJWKClient:
    return jwt.PyJWKClient(url, timeout=JWKS_TIMEOUT)
