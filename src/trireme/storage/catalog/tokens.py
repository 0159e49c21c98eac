"""API tokens: random, stored as SHA-256, revocable."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import Engine, insert, select, update

from trireme.domain.ids import UserId
from trireme.domain.permissions import Actor
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.tables import tokens, users


class Tokens:
    """Make, find and revoke tokens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, user: UserId, name: str, *, expires_at: int | None = None) -> str:
        """A new token; its text is returned this once and stored nowhere.

        Parameters:
            expires_at: ms since 1970; never when None.
        """
        token = "tri_" + secrets.token_urlsafe(32)
        values = {"user_id": user, "sha256": _digest(token), "name": name, "created_at": now_ms(), "expires_at": expires_at}
        with self._engine.begin() as connection:
            connection.execute(insert(tokens).values(values))
        return token

    def actor(self, token: str) -> Actor | None:
        """Whose token this is; None when it is unknown, expired or revoked."""
        statement = (
            select(users, tokens.c.expires_at, tokens.c.revoked_at)
            .join(users, users.c.id == tokens.c.user_id)
            .where(tokens.c.sha256 == _digest(token))
        )
        with self._engine.connect() as connection:
            row = connection.execute(statement).first()
        if row is None or row.revoked_at is not None or (row.expires_at is not None and row.expires_at < now_ms()):
            return None
        return Actor(UserId(row.id), row.name, is_admin=row.is_admin)

    def revoke(self, token: str) -> None:
        """Make a token useless."""
        with self._engine.begin() as connection:
            connection.execute(update(tokens).where(tokens.c.sha256 == _digest(token)).values(revoked_at=now_ms()))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
