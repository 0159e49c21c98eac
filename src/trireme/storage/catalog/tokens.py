"""API tokens: random, stored as SHA-256, revocable."""

from __future__ import annotations

import hashlib
import secrets as token_secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from trireme.domain.ids import UserId
from trireme.domain.permissions import Actor
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.tables import secrets, tokens, users


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token, without its text. Times in ms since 1970."""

    id: int
    name: str
    created_at: int
    expires_at: int | None


class Tokens:
    """Make, find and revoke tokens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, user: UserId, name: str, *, expires_at: int | None = None) -> str:
        """A new token; its text is returned this once and stored nowhere.

        Parameters:
            expires_at: ms since 1970; never when None.
        """
        token = "tri_" + token_secrets.token_urlsafe(32)
        values = {"user_id": user, "sha256": _digest(token), "name": name, "created_at": now_ms(), "expires_at": expires_at}
        with self._engine.begin() as connection:
            connection.execute(insert(tokens).values(values))
        return token

    def actor(self, token: str) -> Actor | None:
        """Whose token this is; None when it is unknown, expired or revoked."""
        found = self._find(tokens.c.sha256 == _digest(token))
        return found and found[1]

    def identify(self, token: str) -> tuple[int, Actor] | None:
        """A token's number and whose it is; None when it is unknown, expired or revoked."""
        return self._find(tokens.c.sha256 == _digest(token))

    def actor_of(self, token_id: int) -> Actor | None:
        """Whose token has that number; None when it is unknown, expired or revoked."""
        found = self._find(tokens.c.id == token_id)
        return found and found[1]

    def user(self, user: UserId) -> Actor | None:
        """The user of that number."""
        with self._engine.connect() as connection:
            row = connection.execute(select(users).where(users.c.id == user)).first()
        return None if row is None else Actor(UserId(row.id), row.name, is_admin=row.is_admin)

    def page(self, user: UserId) -> list[TokenRecord]:
        """A user's tokens that are good, oldest first."""
        statement = select(tokens).where(tokens.c.user_id == user, tokens.c.revoked_at.is_(None)).order_by(tokens.c.id)
        with self._engine.connect() as connection:
            return [TokenRecord(row.id, row.name, row.created_at, row.expires_at) for row in connection.execute(statement)]

    def revoke(self, token: str) -> None:
        """Make a token useless."""
        with self._engine.begin() as connection:
            connection.execute(update(tokens).where(tokens.c.sha256 == _digest(token)).values(revoked_at=now_ms()))

    def revoke_id(self, user: UserId, token_id: int) -> bool:
        """Make a user's token useless. Whether there was one."""
        which = (tokens.c.id == token_id, tokens.c.user_id == user, tokens.c.revoked_at.is_(None))
        with self._engine.begin() as connection:
            return bool(connection.execute(update(tokens).where(*which).values(revoked_at=now_ms())).rowcount)

    def secret(self, name: str) -> str:
        """A secret of this server: random, made once, the same for all that share the catalog."""
        made = {"name": name, "value": token_secrets.token_hex(32)}
        module = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        with self._engine.begin() as connection:
            connection.execute(module.insert(secrets).values(made).on_conflict_do_nothing())
            return str(connection.execute(select(secrets.c.value).where(secrets.c.name == name)).scalar_one())

    def _find(self, which: ColumnElement[bool]) -> tuple[int, Actor] | None:
        columns = (users, tokens.c.id.label("token_id"), tokens.c.expires_at, tokens.c.revoked_at)
        statement = select(*columns).join(users, users.c.id == tokens.c.user_id).where(which)
        with self._engine.connect() as connection:
            row = connection.execute(statement).first()
        if row is None or row.revoked_at is not None or (row.expires_at is not None and row.expires_at < now_ms()):
            return None
        return row.token_id, Actor(UserId(row.id), row.name, is_admin=row.is_admin)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
