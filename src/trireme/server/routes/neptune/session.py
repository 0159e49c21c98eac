"""How a client finds its way in: configuration, discovery, the exchange of its API token."""

from __future__ import annotations

import base64
import json
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from trireme.domain.errors import Unauthenticated
from trireme.server.services import Services
from trireme.services.session import ACCESS_SECONDS, CLIENT_ID, Session

_AUTHORITY = "/api/auth"
_DISCOVERY = f"{_AUTHORITY}/.well-known/openid-configuration"
_TOKEN = f"{_AUTHORITY}/protocol/openid-connect/token"


@get("/api/backend/v1/clients/config", sync_to_thread=False)
def client_config(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What a client must know before anything else."""
    base = base_url(request)
    return {
        "apiUrl": base,
        "applicationUrl": base,
        "pyLibVersions": {"minRecommendedVersion": None, "minCompatibleVersion": None, "maxCompatibleVersion": None},
        "security": {"clientId": CLIENT_ID, "openIdDiscovery": f"{base}{_DISCOVERY}"},
        "artifacts": {"enabled": True, "apiVersion": 2},
        "multiPartUpload": {
            "enabled": True,
            "minChunkSize": 5_242_880,
            "maxChunkSize": 1_073_741_824,
            "maxChunkCount": 1000,
            "maxSinglePartSize": 5_242_880,
        },
        "gzipUpload": False,
        "sysNameSetByBackend": False,
    }


@get(_DISCOVERY, sync_to_thread=False)
def discovery(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Where tokens are refreshed."""
    base = base_url(request)
    return {
        "issuer": f"{base}{_AUTHORITY}",
        "authorization_endpoint": f"{base}{_AUTHORITY}/protocol/openid-connect/auth",
        "token_endpoint": f"{base}{_TOKEN}",
    }


@get("/api/backend/v1/authorization/oauth-token", sync_to_thread=True)
def exchange(request: Request[Any, Any, Any], services: Services) -> dict[str, Any]:
    """Give a session for an API token."""
    key = _api_key(request.headers.get("x-neptune-api-token", ""))
    session = services.sessions.exchange(key, f"{base_url(request)}{_AUTHORITY}")
    return {"accessToken": session.access_token, "refreshToken": session.refresh_token, "username": session.username}


@post(_TOKEN, sync_to_thread=True, status_code=200)
def refresh(
    request: Request[Any, Any, Any],
    services: Services,
    data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[dict[str, Any]]:
    """Go on with a session (OAuth 2.0, RFC 6749, section 6)."""
    if data.get("grant_type") != "refresh_token":
        return Response({"error": "unsupported_grant_type"}, status_code=400)
    try:
        session: Session = services.sessions.refresh(data.get("refresh_token", ""), f"{base_url(request)}{_AUTHORITY}")
    except Unauthenticated as error:
        return Response({"error": "invalid_grant", "error_description": str(error)}, status_code=400)
    return Response(
        {
            "access_token": session.access_token,
            "refresh_token": session.refresh_token,
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
        }
    )


def base_url(request: Request[Any, Any, Any]) -> str:
    """This server's address as the client wrote it, without a slash at the end."""
    return str(request.base_url).rstrip("/")


def _api_key(token: str) -> str:
    """The key inside a Neptune API token: base64 of JSON."""
    try:
        found = json.loads(base64.b64decode(token, validate=False))
        return str(found["api_key"])
    except (ValueError, KeyError, TypeError):
        raise Unauthenticated(
            "The API token is malformed.", hint="Make one with `trireme token create --neptune` and copy it whole."
        ) from None


handlers: list[Any] = [client_config, discovery, exchange, refresh]
