"""What the server says of itself."""

from __future__ import annotations

from typing import Any

from litestar import Response, get

VERSION = "3.17.2"
"""The release whose calls are all understood; clients ask before they send what came later."""


@get("/version", sync_to_thread=False)
def version() -> Response[str]:
    """The version of MLflow that is spoken here."""
    return Response(VERSION, media_type="text/plain")


@get(
    [f"/{api}/3.0/mlflow/{name}" for api in ("api", "ajax-api") for name in ("server-info", "server-features")],
    sync_to_thread=False,
)
def server_info() -> dict[str, Any]:
    """What is there and what is not."""
    return {
        "store_type": "SqlStore",
        "workspaces_enabled": False,
        "trace_archival_enabled": False,
        "multipart_uploads_enabled": True,
        "multipart_downloads_enabled": False,
        "artifact_serving_enabled": True,
        "presigned_upload_run_id_supported": False,
        "presigned_upload_model_id_supported": False,
        "model_artifact_presigned_downloads_supported": False,
        "features_enabled": {"gateway": False, "scheduled_issue_detection": False},
        "tracking_auth": False,
        "artifacts_presigned_only": False,
    }


handlers: list[Any] = [version, server_info]
