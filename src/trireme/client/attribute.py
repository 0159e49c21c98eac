"""``run["path"]``: the handle through which one attribute is written, read and deleted."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trireme.client.assign import (
    as_float,
    as_mapping,
    flatten,
    scalar,
    timestamp_seconds,
    typed,
)
from trireme.domain.errors import InvalidInput, InvalidPath, TriremeError
from trireme.domain.paths import check_path
from trireme.domain.records import (
    MAX_STEP,
    MICRO,
    FileRef,
    Histogram,
    Kind,
    encode_file,
    encode_histogram,
    encode_value,
    step_to_micros,
)
from trireme.domain.types import AttributeType

if TYPE_CHECKING:
    from trireme.client.run import Run
    from trireme.client.sink import Series
    from trireme.client.values import FileContent

_FLOATS = AttributeType.FLOAT_SERIES
_STRINGS = AttributeType.STRING_SERIES


class Attribute:
    """One path of a run, an attribute or a namespace of attributes. Kept and given out again for the same path.

    Logging calls never raise for what a value is: one that cannot be stored costs a warning, said once for its path,
    and nothing else.
    """

    __slots__ = ("_append_point", "_floats", "_path", "_problem", "_run")

    def __init__(self, run: Run, path: str) -> None:
        self._run = run
        self._floats: Series | None = None
        self._append_point = run._sink.append_point
        self._problem: InvalidPath | None = None
        try:
            self._path = check_path(path)
        except InvalidPath as error:
            self._path = path
            self._problem = error

    @property
    def path(self) -> str:
        """The attribute's path in its stored form."""
        return self._path

    def __repr__(self) -> str:
        return f"<Attribute {self._path!r} of run {self._run.custom_run_id!r}>"

    def __getitem__(self, path: str) -> Attribute:
        return self._run[f"{self._path}/{path}"]

    def __setitem__(self, path: str, value: object) -> None:
        self._run[f"{self._path}/{path}"] = value

    def __delitem__(self, path: str) -> None:
        self._run[f"{self._path}/{path}"].delete()

    # Series

    def append(self, value: object, step: float | None = None, timestamp: object = None) -> None:
        """Add a point to the series.

        Parameters:
            value: a number, a text, a histogram, an image or another file, or a mapping of these for the paths below.
            step: any number, also fractional; one more than the last when absent.
            timestamp: seconds since 1970, or a datetime; now when absent.
        """
        series = self._floats
        if series is not None and type(value) is float and timestamp is None:
            if step is None:
                self._append_point(series, value)
                return
            if type(step) is int and -MAX_STEP <= step <= MAX_STEP:
                self._append_point(series, value, step * MICRO)
                return
        self._do(self._append, value, step, timestamp)

    def extend(
        self, values: Iterable[object], steps: Sequence[float] | None = None, timestamps: Sequence[object] | None = None
    ) -> None:
        """Add many points; `append` for each.

        Parameters:
            steps, timestamps: as many as there are values.
        """
        self._do(self._extend, values, steps, timestamps)

    log = append  # the legacy verb

    def _append(self, value: object, step: float | None, timestamp: object) -> None:
        if as_mapping(value) is not None:
            for path, item in flatten(self._path, value):
                below = self._run[path]
                below._guard(below._append, item, step, timestamp)
            return
        micros = None if step is None else step_to_micros(_number(step))
        when = None if timestamp is None else timestamp_seconds(timestamp)
        number = as_float(value)
        if number is not None:
            series = self._floats or self._series(_FLOATS, automatic_step=micros is None)
            if self._run._may_skip_checks:
                self._floats = series
            self._append_point(series, number, micros, when)
            return
        value = scalar(value)
        automatic = micros is None
        sink = self._run._sink
        if isinstance(value, str):
            payload = encode_value(AttributeType.STRING, value)
            sink.append_record(self._series(_STRINGS, automatic_step=automatic), Kind.STRING_POINT, payload, micros, when)
        elif (histogram := _histogram(value)) is not None:
            payload = encode_histogram(histogram)
            sink.append_record(
                self._series(AttributeType.HISTOGRAM_SERIES, automatic_step=automatic),
                Kind.HISTOGRAM_POINT,
                payload,
                micros,
                when,
            )
        elif (content := self._content(value)) is not None:
            payload = encode_file(self._store(content))
            sink.append_record(
                self._series(AttributeType.FILE_SERIES, automatic_step=automatic),
                Kind.FILE_POINT,
                payload,
                micros,
                when,
            )
        else:
            self._warn(f"'{self._path}': a {type(value).__name__} is nothing that a series can hold; its text was stored.")
            payload = encode_value(AttributeType.STRING, str(value))
            sink.append_record(self._series(_STRINGS, automatic_step=automatic), Kind.STRING_POINT, payload, micros, when)

    def _extend(self, values: Iterable[object], steps: Sequence[float] | None, timestamps: Sequence[object] | None) -> None:
        items = list(values)
        for name, given in (("steps", steps), ("timestamps", timestamps)):
            if given is not None and len(given) != len(items):
                raise InvalidInput(f"'{self._path}': {len(items):,} values need {len(items):,} {name}, not {len(given):,}.")
        for i, value in enumerate(items):
            self._guard(self._append, value, None if steps is None else steps[i], None if timestamps is None else timestamps[i])

    # Single values

    def assign(self, value: object) -> None:
        """Set the attribute, or with a mapping the attributes below it. ``run[path] = value`` does the same.

        None stores nothing. What has no type of its own is stored as its text, with a warning.
        """
        self._do(self._assign_all, value)

    def _assign_all(self, value: object) -> None:
        if as_mapping(value) is None:
            self._assign(value)
            return
        absent: list[str] = []
        for path, item in flatten(self._path, value):
            if item is None:
                absent.append(path)
            else:
                below = self._run[path]
                below._guard(below._assign, item)
        if absent:
            shown = ", ".join(absent[:5]) + (" …" if len(absent) > 5 else "")
            self._warn(f"{len(absent)} values below '{self._path}' are None and were not stored: {shown}.", "none")

    def _assign(self, value: object) -> None:
        if value is None:
            self._warn(f"'{self._path}' is None; nothing was stored.", "none")
            return
        found = typed(value)
        if found is None and (content := self._content(value)) is not None:
            found = AttributeType.FILE, self._store(content)
        if found is None:
            self._warn(
                f"'{self._path}': a {type(value).__module__}.{type(value).__qualname__} has no type here; its text was stored."
            )
            found = AttributeType.STRING, str(value)
        kind: AttributeType = found[0]
        plain: Any = found[1]
        known = self._run._sink.known().get(self._path) if kind is AttributeType.INT else None
        if known is not None and known.type is AttributeType.FLOAT:
            kind, plain = AttributeType.FLOAT, float(plain)  # an int; 1 where 0.5 stood before
        if self._path == "sys/state":
            kind = AttributeType.RUN_STATE
        self._record(kind, Kind.ASSIGN, encode_value(kind, plain))

    def add(self, values: str | Iterable[str]) -> None:
        """Add texts to a string set, e.g. ``run["sys/tags"].add("baseline")``."""
        self._do(self._edit, values, "add")

    def remove(self, values: str | Iterable[str]) -> None:
        """Remove texts from a string set."""
        self._do(self._edit, values, "remove")

    def _edit(self, values: str | Iterable[str], verb: str) -> None:
        items = [values] if isinstance(values, str) else list(values)
        if not all(isinstance(item, str) for item in items):
            raise InvalidInput(f"'{self._path}': a string set holds texts only.")
        self._record(AttributeType.STRING_SET, Kind.EDIT_SET, json.dumps({verb: items}, ensure_ascii=False).encode())

    def delete(self) -> None:
        """Delete the attribute with all its points, or every attribute below it that this process wrote."""
        self._do(self._delete)

    def _delete(self) -> None:
        sink = self._run._sink
        known = sink.known()
        below = [path for path in known if path.startswith(self._path + "/")]
        for path in below if below and self._path not in known else (self._path, *below):
            series = known.get(path) or sink.series(path, AttributeType.STRING)
            sink.append_record(series, Kind.DELETE, b"")
            sink.forget(path)
            self._run._forget(path)

    # Files

    def upload(self, value: object, *, wait: bool = False) -> None:
        """Store a file: a path, bytes, or anything that becomes a file (an image, a figure, a table).

        The content is copied before the call returns, so the original may change afterwards; only a file of more than
        64 MiB is copied in the background.

        Parameters:
            wait: copy a large file before returning, too.
        """
        self._do(self._upload, value, wait)

    def upload_files(self, patterns: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> None:
        """Store the files that match, each below this path under its path relative to the working directory.

        Parameters:
            patterns: file names or globs, ``**`` meaning any folders.
        """
        self._do(self._upload_files, patterns)

    def _upload(self, value: object, wait: bool) -> None:
        content = self._content(value)
        if content is None:
            raise InvalidInput(
                f"'{self._path}': a {type(value).__name__} cannot become a file.",
                hint="Give a path, bytes or an image.",
            )
        self._run._files.submit(content.data, lambda: self._finish_upload(content), wait=wait)

    def _finish_upload(self, content: FileContent) -> None:
        self._guard(lambda: self._record(AttributeType.FILE, Kind.ASSIGN, encode_file(self._store(content))))

    def _upload_files(self, patterns: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> None:
        from glob import glob

        found: list[str] = []
        for pattern in [patterns] if isinstance(patterns, (str, os.PathLike)) else patterns:
            text = os.path.expanduser(os.fspath(pattern))
            matches = sorted(glob(text, recursive=True))
            if not matches:
                self._warn(f"'{self._path}': no file matches '{text}'.", text)
            for match in matches:
                if os.path.isdir(match) and match == text:
                    matches = sorted(glob(os.path.join(text, "**"), recursive=True))
                    break
            found += [match for match in matches if os.path.isfile(match)]
        for match in dict.fromkeys(found):
            relative = os.path.relpath(match)
            name = os.path.basename(match) if relative.startswith("..") else relative
            self[name.replace(os.sep, "/")].upload(Path(match))

    def _store(self, content: FileContent) -> FileRef:
        try:
            sha256, size = self._run._sink.store_file(content.data)
        except OSError as error:
            raise InvalidInput(f"'{self._path}': the file could not be copied: {error}.") from error
        return FileRef(sha256, size, content.mime, content.name)

    def _content(self, value: object) -> FileContent | None:
        from trireme.client.values import to_file

        return to_file(value, name=self._path.rpartition("/")[2])

    # Reading

    def fetch(self) -> Any:
        """The attribute's value as the server has it: a single value, a series' last one, or a mapping for a namespace.

        Raises:
            TriremeError: there is no such attribute, or no server answers.
        """
        from trireme.client import fetch

        return fetch.fetch_value(self._run, self._path)

    def fetch_last(self) -> Any:
        """The last value of a series. Raises as `fetch` does."""
        from trireme.client import fetch

        return fetch.fetch_last(self._run, self._path)

    def fetch_values(self, **options: Any) -> Any:
        """The points of a series as a data frame; options as in ``Project.fetch_series``. Raises as `fetch` does."""
        from trireme.client import fetch

        return fetch.fetch_series(self._run, self._path, **options)

    def download(self, destination: str | os.PathLike[str] | None = None, *, step: float | None = None) -> Path:
        """Write the file, or every file below this path, to disk; returns where.

        Parameters:
            destination: a file or an existing folder; the working directory when absent.
            step: for a series of files: which one; the last when absent.

        Raises as `fetch` does.
        """
        from trireme.client import fetch

        return fetch.download(self._run, self._path, destination, step=step)

    # The boundary that protects training

    def _record(self, type: AttributeType, kind: Kind, payload: bytes) -> None:
        self._run._sink.append_record(self._series(type), kind, payload)

    def _series(self, type: AttributeType, *, automatic_step: bool = False) -> Series:
        run = self._run
        series = run._sink.series(self._path, type)
        if automatic_step and run._resumed and series.last == run._meta.step_before_first:
            run._continue_steps(series)
        return series

    def _do(self, action: Any, *arguments: Any) -> None:
        self._guard(action, *arguments)
        self._run._logged()

    def _guard(self, action: Any, *arguments: Any) -> None:
        if self._problem is not None:
            self._warn(f"{self._problem} Nothing was stored.", "path")
            return
        if self._run._refuses(self._path):
            return
        try:
            action(*arguments)
        except TriremeError as error:
            self._warn(f"'{self._path}': {error}" if f"'{self._path}'" not in str(error) else str(error), error.code)
        except Exception as error:  # a value's own code (__str__, a figure's renderer) may raise anything
            self._warn(f"'{self._path}': a value was not stored: {type(error).__name__}: {error!s:.200}", "error")

    def _warn(self, message: str, reason: str = "type") -> None:
        self._run._notices.warn(f"{self._path}\0{reason}", message)

    def _reset(self) -> None:
        self._floats = None


def _number(step: object) -> float:
    step = scalar(step)
    if isinstance(step, (int, float)):
        return step
    number = as_float(step)
    if number is None:
        raise InvalidInput(f"The step {step!r:.60} is not a number.")
    return number


def _histogram(value: object) -> Histogram | None:
    if isinstance(value, Histogram):
        return value
    from trireme.client.values import to_histogram

    return to_histogram(value)
