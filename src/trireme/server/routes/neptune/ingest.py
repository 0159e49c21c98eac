"""Runs in. A request is answered when it is on disk and readable, so its status is known at once."""

from __future__ import annotations

from typing import Any

from anyio import CapacityLimiter, to_thread
from google.protobuf.message import DecodeError
from litestar import Request, Response, get, post

from trireme.domain.errors import CorruptData, InvalidInput
from trireme.domain.permissions import Actor
from trireme.protocols.neptune.codes import IngestCode, rpc_code
from trireme.protocols.neptune.ingest import MAX_BODY_BYTES, Intake
from trireme.protocols.neptune.status import outcome_of, request_id
from trireme.protocols.neptune.wire import message
from trireme.server.services import Services

PROTOBUF = "application/x-protobuf"
_MAX_STATUSES = 1000
_UNKNOWN_RPC = 2
_LARGE_BYTES = 1024 * 1024
_WAITING = CapacityLimiter(64)
_WAITING_LARGE = CapacityLimiter(4)
"""What is decoded takes several times the room of a body."""

_SubmitResponse = message("ingest.SubmitResponse")
_BulkStatusCheck = message("ingest.BulkStatusCheck")
_BulkRequestStatus = message("ingest.BulkRequestStatus")
_RequestStatus = message("ingest.RequestStatus")


@post("/api/client/v1/ingest", status_code=200, request_max_body_size=MAX_BODY_BYTES)
async def ingest(request: Request[Any, Any, Any], services: Services, actor: Actor) -> Response[bytes]:
    """Store one operation."""
    body = await request.body()
    intake = Intake(services.projects, services.runs, services.ingest)
    limiter = _WAITING_LARGE if len(body) > _LARGE_BYTES else _WAITING
    client = request.headers.get("user-agent", "")
    identity = request_id(await to_thread.run_sync(intake.submit, actor, body, client, limiter=limiter))
    return protobuf(_SubmitResponse(request_id=identity, request_ids=[identity]))


@post("/api/client/v1/ingest/check", status_code=200)
async def check(request: Request[Any, Any, Any], actor: Actor) -> Response[bytes]:
    """Tell what became of requests, in their order."""
    try:
        asked = _BulkStatusCheck.FromString(await request.body())
    except DecodeError as error:
        raise CorruptData("The body is no BulkStatusCheck.") from error
    if len(asked.ids) > _MAX_STATUSES:
        raise InvalidInput(f"{len(asked.ids):,} ids were sent.", hint=f"Ask for at most {_MAX_STATUSES:,} at once.")
    return protobuf(_BulkRequestStatus(statuses=[_status(identity.value) for identity in asked.ids]))


@get("/api/client/v1/ingest/check", sync_to_thread=False)
def check_one(request: Request[Any, Any, Any], actor: Actor) -> Response[bytes]:
    """Tell what became of one request."""
    return protobuf(_status(request.query_params.get("requestId", "")))


def protobuf(answer: Any) -> Response[bytes]:
    """An answer as protobuf."""
    return Response(answer.SerializeToString(), media_type=PROTOBUF)


def _status(identity: str) -> Any:
    outcome = outcome_of(identity)
    if outcome is None:
        codes = [{"code": _UNKNOWN_RPC, "count": 1, "detail": int(IngestCode.INTERNAL)}]
        return _RequestStatus(code_by_count=codes, shared_error_message="This server knows no such request.")
    codes = [{"code": rpc_code(code), "count": count, "detail": code} for code, count in outcome.items()]
    return _RequestStatus(code_by_count=codes or [{"code": 0, "count": 1, "detail": 0}])


handlers: list[Any] = [ingest, check, check_one]
