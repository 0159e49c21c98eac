"""Trireme: experiment tracking. ``run = trireme.init_run(); run["loss"].append(0.5); run.stop()``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trireme.client.project import Project as Project
    from trireme.client.run import Run as Run
    from trireme.client.run import init_run as init_run
    from trireme.domain.errors import TriremeError as TriremeError
    from trireme.domain.records import Histogram as Histogram

_HOME = {
    "Histogram": "trireme.domain.records",
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
