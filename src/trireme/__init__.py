"""Trireme: experiment tracking. ``run = trireme.init_run(); run["loss"].append(0.5); run.stop()``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trireme.client.project import Project as Project
    from trireme.client.run import Run as Run
    from trireme.client.run import init_run as init_run
    from trireme.client.values import Audio as Audio
    from trireme.client.values import File as File
    from trireme.client.values import Histogram as Histogram
    from trireme.client.values import Html as Html
    from trireme.client.values import Image as Image
    from trireme.client.values import Plot as Plot
    from trireme.client.values import Table as Table
    from trireme.client.values import Text as Text
    from trireme.client.values import Video as Video
    from trireme.domain.errors import TriremeError as TriremeError

_HOME = {
    "Audio": "trireme.client.values",
    "File": "trireme.client.values",
    "Histogram": "trireme.client.values",
    "Html": "trireme.client.values",
    "Image": "trireme.client.values",
    "Plot": "trireme.client.values",
    "Table": "trireme.client.values",
    "Text": "trireme.client.values",
    "Video": "trireme.client.values",
    "Project": "trireme.client.project",
    "Run": "trireme.client.run",
    "TriremeError": "trireme.domain.errors",
    "init_run": "trireme.client.run",
}
"""Where each public name lives; it is imported when it is first used, so that importing the package costs nothing."""

__all__ = sorted([*_HOME, "__version__"])


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from trireme.version import VERSION

        return VERSION
    if name not in _HOME:
        raise AttributeError(f"module 'trireme' has no attribute '{name}'")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
