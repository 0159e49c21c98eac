"""Frames in. The hot path: the raw body goes to a worker thread, nothing is parsed in the event loop."""

from __future__ import annotations

import sys
from dataclasses import asdict
from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread
from litestar import Request, get, post

from trireme.domain.errors import CorruptData, InvalidInput, TooLarge
from trireme.domain.frame import MAX_FRAME_BYTES
from trireme.domain.permissions import Actor
from trireme.protocols.native.mapping import accept_frame
from trireme.server.schemas.ingest import IngestAnswer, Rejection, WriterState
from trireme.server.services import Services

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Threads that wait for the group commit; more of them only gather into the same commit.
_WAITING = CapacityLimiter(64)


@post(
    "/api/v1/ingest",
    status_code=200,
    request_max_body_size=MAX_FRAME_BYTES,
    tags=["ingest"],
    operation_id="ingest",
)
async def ingest(request: Request[Any, Any, Any], services: Services, actor: Actor) -> IngestAnswer:
    """Store a frame (`application/vnd.trireme.frame`, optionally `Content-Encoding: zstd`); on the answer it is on disk and readable."""
    body = await request.body()
    encoding = request.headers.get("content-encoding", "identity")
    return await to_thread.run_sync(partial(_accept, services, actor, body, encoding), limiter=_WAITING)


@get("/api/v1/ingest/writers/{writer:str}", sync_to_thread=True, tags=["ingest"], operation_id="getWriter")
def get_writer(services: Services, actor: Actor, writer: str) -> WriterState:
    """Tell how many units of a writer's stream are stored (0 for an unknown one); `writer` is 16 hex digits."""
    try:
        number = int(writer, 16)
    except ValueError:
        number = -1
    if not 0 <= number < 1 << 64:
        raise InvalidInput(f"'{writer[:40]}' is not a writer id.", hint="It has 16 hex digits.")
    return WriterState(services.ingest.committed(actor, number))


def _accept(services: Services, actor: Actor, body: bytes, encoding: str) -> IngestAnswer:
    if encoding == "zstd":
        body = decompress(body)
    elif encoding != "identity":
        raise InvalidInput(f"The encoding '{encoding[:40]}' is not known.", hint="Send zstd, or none.")
    result = accept_frame(services.ingest, services.names, actor, body)
    rejections = [Rejection(**asdict(rejection)) for rejection in result.rejections]
    return IngestAnswer(result.committed, rejections, result.run.key, result.run.short_id)


def decompress(body: bytes) -> bytes:
    """Inflate a zstd body; one that grows beyond the limit is given up early.

    Raises:
        TooLarge: it inflates to more than `MAX_FRAME_BYTES`.
        CorruptData: it is not one whole zstd frame.
    """
    decompressor = zstd.ZstdDecompressor()
    try:
        found: bytes = decompressor.decompress(body, max_length=MAX_FRAME_BYTES + 1)
    except zstd.ZstdError as error:
        raise CorruptData("The body is not zstd.") from error
    if len(found) > MAX_FRAME_BYTES:
        raise TooLarge(f"The body inflates to more than {MAX_FRAME_BYTES:,} bytes.", hint="Send smaller frames.")
    if not decompressor.eof:
        raise CorruptData("The zstd body is cut off.")
    return found


handlers: list[Any] = [ingest, get_writer]
