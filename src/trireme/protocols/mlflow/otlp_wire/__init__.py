"""The protobuf message that OpenTelemetry's exporters send.

It lives in a pool of descriptors of its own, loaded from ``messages.binpb``, which ``scripts/proto`` compiles from the .proto file beside
it. So it never meets those of OpenTelemetry's own packages in one process, and any release of protobuf reads it.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_PACKAGE = "trireme.otlp"


def _load() -> Any:
    pool = descriptor_pool.DescriptorPool()
    files = descriptor_pb2.FileDescriptorSet.FromString(resources.files(__name__).joinpath("messages.binpb").read_bytes())
    for file in files.file:
        pool.Add(file)  # type: ignore[attr-defined]
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.ExportTraceServiceRequest"))


ExportRequest: Any = _load()
"""``ExportTraceServiceRequest``."""
