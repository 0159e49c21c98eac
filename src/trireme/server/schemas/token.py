"""API tokens."""

from __future__ import annotations

import msgspec


class TokenCreate(msgspec.Struct, frozen=True):
    """Make a token; the name says where it is used."""

    name: str


class NewToken(msgspec.Struct, frozen=True):
    """A new token, shown this once."""

    token: str
    neptune: str
    """For `NEPTUNE_API_TOKEN`: the token and this server's address."""


class Token(msgspec.Struct, frozen=True):
    """A token without its text."""

    id: int
    name: str
    created_at: str


class Tokens(msgspec.Struct, frozen=True):
    """Your tokens, oldest first."""

    tokens: list[Token]
