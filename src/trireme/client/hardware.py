"""What the machine and a training's processes use, sampled outside of the training process.

Paths lie below ``system/<host>/``. Of the machine: ``cpu`` (per cent of all cores), ``memory`` (GB), ``memory_percent``,
``disk_read``, ``disk_write``, ``network_received``, ``network_sent`` (bytes per second). Of the process and its children
together, below ``process/``: ``cpu`` (per cent of one core), ``memory`` (GB resident), ``disk_read``, ``disk_write``,
``count``. Of each GPU, below ``gpu/<index>/``: ``utilization``, ``memory_utilization`` (per cent), ``memory`` (GB),
``memory_percent``, ``power`` (W), ``temperature`` (°C), ``process_memory`` (GB of the process tree). GB are 10^9 bytes.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import psutil

INTERVAL_SECONDS: Final = 5.0
_GB: Final = 1e9
_NOT_IN_PATH: Final = re.compile(r"[/\x00-\x1f\x7f]")


class Sampler:
    """Samples the machine and the tree of processes below *pid*.

    Parameters:
        pid: the training process.
        hostname: names the machine in the paths.
    """

    def __init__(self, pid: int, hostname: str) -> None:
        self.interval_seconds = _interval(os.environ.get("TRIREME_HARDWARE_INTERVAL"))
        self._prefix = f"system/{_NOT_IN_PATH.sub('_', hostname) or 'host'}/"
        self._tree = ProcessTree(pid)
        self._gpus = open_gpus()
        self._rates = Rates()
        self._is_first = True

    def sample(self) -> dict[str, float]:
        """The values now, by path. Rates and CPU are means since the call before; the first call has none.

        What cannot be measured here, or just now, is left out.
        """
        found: dict[str, float] = {}
        for part in (_machine, self._tree.sample, self._gpu):
            try:
                found |= part()
            except (psutil.Error, OSError, RuntimeError, ValueError):
                continue
        values = self._rates.apply(found, time.monotonic())
        if self._is_first:
            self._is_first = False
            values = {name: value for name, value in values.items() if not name.endswith("cpu")}
        return {self._prefix + name: value for name, value in values.items()}

    def _gpu(self) -> dict[str, float]:
        return self._gpus.sample(self._tree.pids) if self._gpus is not None else {}


class Rates:
    """Turns counters, whose names end in ``_total``, into values per second."""

    def __init__(self) -> None:
        self._before: Mapping[str, float] = {}
        self._time = 0.0

    def apply(self, values: Mapping[str, float], now: float) -> dict[str, float]:
        """*values* with each counter replaced by its growth per second since the call before."""
        counters = {name: value for name, value in values.items() if name.endswith("_total")}
        found = {name: value for name, value in values.items() if name not in counters}
        seconds = now - self._time
        for name, value in counters.items():
            before = self._before.get(name)
            if before is not None and seconds > 0:
                # A child that ended takes its counts with it; that is no negative rate.
                found[name.removesuffix("_total")] = max(value - before, 0.0) / seconds
        self._before, self._time = counters, now
        return found


class ProcessTree:
    """A process with its children, which come and go."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._known: dict[int, psutil.Process] = {}

    @property
    def pids(self) -> frozenset[int]:
        """The processes of the last sample."""
        return frozenset(self._known)

    def sample(self) -> dict[str, float]:
        """CPU, memory and disk of all of them together. Empty once the root is gone."""
        try:
            root = self._known.get(self._pid) or psutil.Process(self._pid)
            processes = [root, *root.children(recursive=True)]
        except psutil.Error:
            self._known = {}
            return {}
        own = os.getpid()  # the sender is no part of the training
        # The objects are kept: each measures its CPU time since it was asked before.
        self._known = {p.pid: self._known.get(p.pid, p) for p in processes if p.pid != own}
        totals: dict[str, float] = dict.fromkeys(("cpu", "memory", "disk_read_total", "disk_write_total"), 0.0)
        has_disk = False
        for process in self._known.values():
            try:
                with process.oneshot():
                    totals["cpu"] += process.cpu_percent()
                    totals["memory"] += process.memory_info().rss / _GB
                    disk = process.io_counters() if hasattr(process, "io_counters") else None
            except psutil.AccessDenied:
                continue
            except psutil.Error:
                continue  # it ended just now
            if disk is not None:
                has_disk = True
                totals["disk_read_total"] += disk.read_bytes
                totals["disk_write_total"] += disk.write_bytes
        if not has_disk:
            del totals["disk_read_total"], totals["disk_write_total"]
        totals["count"] = float(len(self._known))
        return {f"process/{name}": value for name, value in totals.items()}


class Gpus:
    """The NVIDIA GPUs that this process may see.

    Parameters:
        nvml: the module ``pynvml``, initialised.
    """

    def __init__(self, nvml: Any, visible: str | None) -> None:
        self._nvml = nvml
        handles = [nvml.nvmlDeviceGetHandleByIndex(i) for i in range(nvml.nvmlDeviceGetCount())]
        uuids = [_text(nvml.nvmlDeviceGetUUID(handle)) for handle in handles]
        self._handles = [(index, handles[index]) for index in visible_gpus(visible, uuids)]

    def __len__(self) -> int:
        return len(self._handles)

    def sample(self, pids: Iterable[int]) -> dict[str, float]:
        """Use of each GPU; *pids* are the processes whose memory there is counted."""
        nvml, wanted = self._nvml, frozenset(pids)
        found: dict[str, float] = {}
        for index, handle in self._handles:

            def ask(name: str, read: Callable[[], float | None], prefix: str = f"gpu/{index}/") -> None:
                try:
                    value = read()
                except nvml.NVMLError:
                    return  # not every GPU, and no MIG slice, measures everything
                if value is not None:
                    found[prefix + name] = float(value)

            ask("utilization", lambda h=handle: nvml.nvmlDeviceGetUtilizationRates(h).gpu)
            ask("memory_utilization", lambda h=handle: nvml.nvmlDeviceGetUtilizationRates(h).memory)
            ask("power", lambda h=handle: nvml.nvmlDeviceGetPowerUsage(h) / 1000)
            ask("temperature", lambda h=handle: nvml.nvmlDeviceGetTemperature(h, nvml.NVML_TEMPERATURE_GPU))
            ask("memory", lambda h=handle: nvml.nvmlDeviceGetMemoryInfo(h).used / _GB)
            ask("memory_percent", lambda h=handle: 100 * _share(nvml.nvmlDeviceGetMemoryInfo(h)))
            ask("process_memory", lambda h=handle: _memory_of(nvml.nvmlDeviceGetComputeRunningProcesses(h), wanted))
        return found


def open_gpus() -> Gpus | None:
    """The GPUs of this machine; None without an NVIDIA driver."""
    try:
        import pynvml

        pynvml.nvmlInit()
        return Gpus(pynvml, os.environ.get("CUDA_VISIBLE_DEVICES"))
    except Exception:  # no driver, another version, a container without the library: each says it with another exception
        return None


def visible_gpus(visible: str | None, uuids: list[str]) -> list[int]:
    """Which GPUs, by index, ``CUDA_VISIBLE_DEVICES`` leaves to a process.

    Parameters:
        visible: its text, indexes or beginnings of UUIDs with commas; None if it is not set, which means all.
    """
    if visible is None:
        return list(range(len(uuids)))
    found: list[int] = []
    for word in visible.split(","):
        word = word.strip()
        if word.isdecimal():
            index = int(word) if int(word) < len(uuids) else -1
        else:
            index = next((i for i, uuid in enumerate(uuids) if word and uuid.startswith(word)), -1)
        if index < 0:
            return found or (list(range(len(uuids))) if word.startswith("MIG-") else [])
        found.append(index)
    return found


def _machine() -> dict[str, float]:
    memory = psutil.virtual_memory()
    found = {
        "cpu": psutil.cpu_percent(),
        "memory": (memory.total - memory.available) / _GB,
        "memory_percent": memory.percent,
    }
    disk = psutil.disk_io_counters()
    if disk is not None:
        found |= {"disk_read_total": disk.read_bytes, "disk_write_total": disk.write_bytes}
    network = psutil.net_io_counters()
    if network is not None:
        found |= {"network_received_total": network.bytes_recv, "network_sent_total": network.bytes_sent}
    return found


def _share(memory: Any) -> float:
    return float(memory.used / memory.total) if memory.total else 0.0


def _memory_of(processes: Iterable[Any], pids: frozenset[int]) -> float | None:
    """GB that *pids* hold; None if none of them is there, as in containers, where the driver counts processes otherwise."""
    used = [process.usedGpuMemory or 0 for process in processes if process.pid in pids]
    return sum(used) / _GB if used else None


def _interval(text: str | None) -> float:
    try:
        return min(max(float(text), 0.1), 3600.0) if text else INTERVAL_SECONDS
    except ValueError:
        return INTERVAL_SECONDS


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
