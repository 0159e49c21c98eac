"""The protobuf messages of the Neptune 3 protocol.

They live in a pool of descriptors of their own, loaded from ``messages.binpb``, which ``scripts/proto`` compiles from the .proto files
beside it. So they never meet those of Neptune's own packages in one process, and any release of protobuf reads them.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory


def _load() -> dict[str, Any]:
    pool = descriptor_pool.DescriptorPool()
    files = descriptor_pb2.FileDescriptorSet.FromString(resources.files(__name__).joinpath("messages.binpb").read_bytes())
    found: dict[str, Any] = {}
    for file in files.file:
        pool.Add(file)  # type: ignore[attr-defined]
        for message in file.message_type:
            descriptor = pool.FindMessageTypeByName(f"{file.package}.{message.name}")
            found[f"{file.package.rpartition('.')[2]}.{message.name}"] = message_factory.GetMessageClass(descriptor)
    return found


_messages = _load()


def message(name: str) -> Any:
    """The class of a message, such as ``ingest.RunOperation``."""
    return _messages[name]
