"""From a native frame to the ingest service."""

from __future__ import annotations

import time

from trireme.domain.frame import decode_frame
from trireme.domain.permissions import Actor
from trireme.protocols.native.wire import NamesCache, decode
from trireme.services.ingest import IngestResult, IngestService


def accept_frame(ingest: IngestService, names: NamesCache, actor: Actor, body: bytes) -> IngestResult:
    """Decode an uncompressed frame and store it.

    Raises:
        CorruptData: the body is not a frame. Further errors: see `IngestService.accept`.
    """
    frame = decode_frame(body)
    return ingest.accept(actor, decode(frame, names.get(frame), now=time.time()))
