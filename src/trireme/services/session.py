"""Sessions of clients that exchange their API token for an access token (JWT) and refresh it: Neptune's.

The API token stays the one that counts: once it is revoked, what was given out for it is worth nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import jwt

from trireme.domain.errors import InvalidInput, NotFound, Unauthenticated
from trireme.domain.ids import UserId
from trireme.domain.permissions import Actor
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.catalog.tokens import TokenRecord

ACCESS_SECONDS: Final = 15 * 60
REFRESH_SECONDS: Final = 30 * 24 * 3600
CLIENT_ID: Final = "trireme"
_ALGORITHM: Final = "HS256"


@dataclass(frozen=True, slots=True)
class Session:
    """What an API token was exchanged for."""

    access_token: str
    refresh_token: str
    username: str


class SessionService:
    """API tokens and what they are exchanged for."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._secret = catalog.tokens.secret("sessions")

    @property
    def secret(self) -> str:
        """What addresses of files are signed with."""
        return self._secret

    # API tokens

    def create_token(self, actor: Actor, name: str) -> str:
        """A new API token of the actor; its text is shown this once.

        Raises:
            InvalidInput: the name is empty or over 200 characters.
        """
        if not name.strip() or len(name) > 200:
            raise InvalidInput("A token's name has 1 to 200 characters.", hint="Name the place where it will be used.")
        return self._catalog.tokens.create(actor.user_id, name.strip())

    def tokens(self, actor: Actor) -> list[TokenRecord]:
        """The actor's tokens that are good."""
        return self._catalog.tokens.page(actor.user_id)

    def revoke_token(self, actor: Actor, token_id: int) -> None:
        """Make one of the actor's tokens useless, and all sessions that it began.

        Raises:
            NotFound: there is none.
        """
        if not self._catalog.tokens.revoke_id(actor.user_id, token_id):
            raise NotFound(f"You have no token {token_id}.", hint="See the list of your tokens.")

    # Sessions

    def exchange(self, api_token: str, issuer: str) -> Session:
        """Begin a session.

        Parameters:
            issuer: address of this server's authority; clients refresh at ``<issuer>/protocol/openid-connect/token``.

        Raises:
            Unauthenticated: the token is unknown, expired or revoked.
        """
        found = self._catalog.tokens.identify(api_token)
        if found is None:
            raise Unauthenticated("The API token is unknown, expired or revoked.", hint="Make one with `trireme token create`.")
        return self._session(*found, issuer)

    def refresh(self, refresh_token: str, issuer: str) -> Session:
        """Go on with a session.

        Raises:
            Unauthenticated: the refresh token is not one of ours, has expired, or its API token was revoked.
        """
        token_id = self._claims(refresh_token, "refresh")["tid"]
        actor = self._catalog.tokens.actor_of(token_id)
        if actor is None:
            raise Unauthenticated("The API token of this session was revoked.")
        return self._session(token_id, actor, issuer)

    def actor(self, access_token: str) -> Actor:
        """Whose session it is.

        Raises:
            Unauthenticated: the access token is not one of ours, has expired, or its API token was revoked.
        """
        actor = self._catalog.tokens.actor_of(self._claims(access_token, "access")["tid"])
        if actor is None:
            raise Unauthenticated("The API token of this session was revoked.")
        return actor

    def user(self, user_id: int) -> Actor | None:
        """The user of that number: for addresses that were signed for one."""
        return self._catalog.tokens.user(UserId(user_id))

    def _session(self, token_id: int, actor: Actor, issuer: str) -> Session:
        now = int(time.time())
        claims = {"iss": issuer, "azp": CLIENT_ID, "sub": str(actor.user_id), "tid": token_id, "iat": now}
        return Session(
            self._sign(claims | {"typ": "access", "exp": now + ACCESS_SECONDS}),
            self._sign(claims | {"typ": "refresh", "exp": now + REFRESH_SECONDS}),
            actor.name,
        )

    def _sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def _claims(self, token: str, kind: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(token, self._secret, algorithms=[_ALGORITHM], options={"verify_aud": False})
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("The session's token has expired.", hint="Refresh it.") from None
        except jwt.InvalidTokenError:
            raise Unauthenticated("The session's token is not one of this server.") from None
        if claims.get("typ") != kind or not isinstance(claims.get("tid"), int):
            raise Unauthenticated("The session's token is of another kind.")
        return claims
