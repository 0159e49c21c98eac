"""Media types by file name and by first bytes. An own table, so that they do not differ from machine to machine."""

from __future__ import annotations

from typing import Final

OCTETS: Final = "application/octet-stream"
PLOTLY: Final = "application/vnd.plotly.v1+json"
TABLE: Final = "application/vnd.trireme.table+json"
TEXT: Final = "text/plain"

_BY_ENDING: Final = {
    ".plotly.json": PLOTLY,
    ".table.json": TABLE,
    ".txt": TEXT,
    ".log": TEXT,
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".html": "text/html",
    ".htm": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".py": "text/x-python",
    ".sh": "text/x-shellscript",
    ".diff": "text/x-patch",
    ".patch": "text/x-patch",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".toml": "application/toml",
    ".xml": "application/xml",
    ".ipynb": "application/x-ipynb+json",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".gz": "application/gzip",
    ".tar": "application/x-tar",
    ".zst": "application/zstd",
    ".parquet": "application/vnd.apache.parquet",
    ".arrow": "application/vnd.apache.arrow.file",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
    ".bmp": "image/bmp",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".mkv": "video/x-matroska",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
}
_BY_BYTES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
)


def by_name(name: str) -> str:
    """The media type that a file's name suggests; ``application/octet-stream`` if none."""
    name = name.lower()
    return next((mime for ending, mime in _BY_ENDING.items() if name.endswith(ending)), OCTETS)


def by_bytes(data: bytes) -> str:
    """The media type that the first bytes suggest; ``application/octet-stream`` if none."""
    if data[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}.get(data[8:12], OCTETS)
    if data[4:8] == b"ftyp":
        return "image/avif" if data[8:12] == b"avif" else "video/mp4"
    return next((mime for start, mime in _BY_BYTES if data.startswith(start)), OCTETS)


def ending_of(mime: str) -> str:
    """The usual ending of files of that type, with its dot; empty if there is none."""
    return next((ending for ending, known in _BY_ENDING.items() if known == mime), "")
