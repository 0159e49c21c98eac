"""The caller's own API tokens."""

from __future__ import annotations

from typing import Any

from litestar import Request, delete, get, post

from trireme.domain.permissions import Actor
from trireme.protocols.neptune.token import neptune_token
from trireme.server.schemas.token import NewToken, Token, TokenCreate, Tokens
from trireme.server.services import Services
from trireme.server.wire import iso


@get("/api/v1/tokens", sync_to_thread=True, tags=["tokens"], operation_id="listTokens")
def list_tokens(services: Services, actor: Actor) -> Tokens:
    """List your tokens that are good."""
    found = services.sessions.tokens(actor)
    return Tokens([Token(token.id, token.name, iso(token.created_at)) for token in found])


@post("/api/v1/tokens", sync_to_thread=True, tags=["tokens"], operation_id="createToken")
def create_token(request: Request[Any, Any, Any], services: Services, actor: Actor, data: TokenCreate) -> NewToken:
    """Make a token; its text is shown this once. `neptune` is the same token in the form that Neptune's clients take."""
    token = services.sessions.create_token(actor, data.name)
    return NewToken(token, neptune_token(token, str(request.base_url).rstrip("/")))


@delete("/api/v1/tokens/{token_id:int}", sync_to_thread=True, tags=["tokens"], operation_id="revokeToken")
def revoke_token(services: Services, actor: Actor, token_id: int) -> None:
    """Make a token useless, and every session that it began."""
    services.sessions.revoke_token(actor, token_id)


handlers: list[Any] = [list_tokens, create_token, revoke_token]
