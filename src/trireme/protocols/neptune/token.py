"""Neptune's form of an API token: it carries the server's address."""

from __future__ import annotations

import base64
import json


def neptune_token(token: str, url: str) -> str:
    """What ``NEPTUNE_API_TOKEN`` is set to.

    Parameters:
        url: the server's address, without a slash at the end. 1.x clients read ``api_address``, 3.x clients ``api_url``.
    """
    return base64.b64encode(json.dumps({"api_address": url, "api_url": url, "api_key": token}).encode()).decode()
