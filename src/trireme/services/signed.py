"""Signed addresses of files: who may read or write which name of which project, until when."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from trireme.domain.errors import PermissionDenied
from trireme.domain.ids import ProjectId

EXPIRY_OF: Final = {"aws": "X-Amz-Expires", "azure": "se"}
"""How each provider's clients call the expiry in an address."""


class Expired(PermissionDenied):
    """The address was good until a while ago: a client that is told so asks for a new one."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What an address allows.

    Parameters:
        operation: ``r`` or ``w``.
        user: on whose behalf.
        expires: seconds since 1970.
        upload, part: for one part of a file that comes in parts.
    """

    operation: str
    project: ProjectId
    user: int
    path: str
    expires: int
    upload: str = ""
    part: int = 0

    def of_part(self, upload: str, part: int) -> Grant:
        """The same for one part."""
        return replace(self, upload=upload, part=part)


def sign_grant(secret: str, grant: Grant, provider: str) -> tuple[str, dict[str, str]]:
    """The key and the query of an address that carries *grant*, for clients that know *provider*."""
    key = base64.urlsafe_b64encode(json.dumps(astuple(grant), ensure_ascii=False).encode()).decode().rstrip("=")
    return key, {EXPIRY_OF[provider]: _iso(grant.expires), "sig": _signature(secret, key)}


def signed_address(base: str, secret: str, grant: Grant, provider: str = "aws") -> str:
    """The address of a server at *base* that carries *grant*, for clients that know *provider*."""
    key, query = sign_grant(secret, grant, provider)
    return f"{base.rstrip('/')}/api/objects/{key}?{urlencode(query)}"


def read_grant(secret: str, key: str, query: Mapping[str, str], operation: str) -> Grant:
    """The grant that an address carries.

    Raises:
        Expired: it has. This is looked at first: clients that see it sign anew.
        PermissionDenied: it was changed, or allows something else.
    """
    expires = next((query[name] for name in EXPIRY_OF.values() if name in query), "")
    try:
        shown = datetime.fromisoformat(expires).timestamp()
    except ValueError:
        raise PermissionDenied("The address has no expiry that can be read.") from None
    now = time.time()
    if shown < now:
        raise Expired(f"Signed expiry time [{expires}] must be after signed start time [{_iso(int(now))}].")
    if not hmac.compare_digest(query.get("sig", "").encode(errors="replace"), _signature(secret, key).encode()):
        raise PermissionDenied("The address was changed: its signature does not fit.")
    fields = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
    grant = Grant(*fields)
    if grant.expires < now:
        raise Expired("The address has expired.")
    if grant.operation != operation:
        raise PermissionDenied("The address allows something else.")
    return replace(grant, project=ProjectId(grant.project))


def _signature(secret: str, key: str) -> str:
    digest = hmac.new(secret.encode(), b"object " + key.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
