"""From a Python object to a stored file: images, figures, tables, sound, text, any bytes.

Objects of other libraries are known by their module's name; a library is never imported to find out, so an array costs
nothing where numpy is not installed. The classes here say explicitly what a plain object could mean in several ways.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from trireme.client.media import mime as types
from trireme.client.media.arrays import array_to_png, array_to_wav, as_array
from trireme.client.media.histogram import histogram_from_counts, histogram_of, is_counted
from trireme.client.media.table import is_frame, is_records, table_json
from trireme.domain.errors import InvalidInput
from trireme.domain.records import Histogram as StoredHistogram

PathLike = str | os.PathLike[str]


class File:
    """A file to store: its content, media type and the name to offer on download.

    Parameters:
        source: a path, bytes, or a file open for reading.
        mime: media type; else found from the name or the first bytes.
        name: file name; else that of the path, else that of the attribute.

    Raises:
        InvalidInput: *source* is none of these, or there is no such file.
    """

    __slots__ = ("data", "mime", "name")

    def __init__(self, source: object, *, mime: str | None = None, name: str | None = None) -> None:
        self.data: bytes | Path
        if isinstance(source, (bytes, bytearray, memoryview)):
            self.data = bytes(source)
        elif isinstance(source, (str, os.PathLike)):
            self.data = existing_file(source)
            name = name or self.data.name
        elif callable(read := getattr(source, "read", None)):
            content: Any = read()
            self.data = content.encode() if isinstance(content, str) else bytes(content)
            given = getattr(source, "name", None)
            name = name or (os.path.basename(given) if isinstance(given, str) else None)
        else:
            raise InvalidInput(f"A {type(source).__name__} is no file.", hint="Give a path, bytes or an open file.")
        found = types.by_name(name) if name else types.OCTETS
        if mime is None and found == types.OCTETS and isinstance(self.data, bytes):
            found = types.by_bytes(self.data)
        self.mime = mime or found
        self.name = name or ""

    def named(self, name: str) -> File:
        """The same, called *name* with the ending of its type, if it has no name of its own."""
        if self.name:
            return self
        ending = types.ending_of(self.mime)
        named = File.__new__(File)
        named.data, named.mime = self.data, self.mime
        named.name = name if not ending or types.by_name(name) == self.mime else name + ending
        return named


FileContent = File


class Image(File):
    """A picture: a PIL image, an array or tensor (height x width, or with 1, 3 or 4 channels, first or last; uint8, or float
    from 0 to 1), a figure, a path or the bytes of an image file.

    Raises:
        InvalidInput: *source* is no picture; for arrays the sentence says why.
    """

    __slots__ = ()

    def __init__(self, source: object, *, name: str | None = None) -> None:
        found = picture(source)
        if found is not None:
            super().__init__(found, mime="image/png", name=name)
            return
        super().__init__(source, name=name)
        if not self.mime.startswith("image/"):
            raise InvalidInput(f"A {type(source).__name__} of type {self.mime} is no image.")


class Audio(File):
    """Sound: an array of floats from -1 to 1 or int16, samples or samples x channels; or a path or the bytes of a file.

    Parameters:
        sample_rate: samples per second; needed for arrays only.

    Raises:
        InvalidInput: *source* is no sound, or an array came without its rate.
    """

    __slots__ = ()

    def __init__(self, source: object, *, sample_rate: int | None = None, name: str | None = None) -> None:
        array = None if isinstance(source, (bytes, str, os.PathLike)) else as_array(source)
        if array is None:
            super().__init__(source, name=name)
            if not self.mime.startswith(("audio/", "video/")):
                raise InvalidInput(f"A {type(source).__name__} of type {self.mime} is no sound.")
        elif sample_rate is None:
            raise InvalidInput("Sound from an array needs its sample_rate.", hint="Say Audio(samples, sample_rate=16000).")
        else:
            super().__init__(array_to_wav(array, sample_rate), mime="audio/wav", name=name)


class Video(File):
    """A film: a path or the bytes of a file that a browser can play, such as MP4 or WebM.

    Raises:
        InvalidInput: *source* is no such file.
    """

    __slots__ = ()

    def __init__(self, source: object, *, mime: str | None = None, name: str | None = None) -> None:
        if as_array(source) is not None:
            raise InvalidInput("Trireme does not encode films.", hint="Write the frames to an MP4 file and give its path.")
        super().__init__(source, mime=mime, name=name)
        if not self.mime.startswith(("video/", "image/gif", "image/webp")):
            raise InvalidInput(f"A {type(source).__name__} of type {self.mime} is no film.", hint="Give mime='video/mp4'.")


class Text(File):
    """A text of any length; values up to 1 MB can also be logged as they are.

    Parameters:
        mime: ``text/plain``, or for instance ``text/markdown``.
    """

    __slots__ = ()

    def __init__(self, text: object, *, mime: str = types.TEXT, name: str | None = None) -> None:
        super().__init__(str(text).encode(errors="replace"), mime=mime, name=name)


class Html(File):
    """A page: its text, a path (an ``os.PathLike``), or an object that shows itself as HTML. Shown without access to anything.

    Raises:
        InvalidInput: *source* is none of these.
    """

    __slots__ = ()

    def __init__(self, source: object, *, name: str | None = None) -> None:
        if isinstance(source, os.PathLike):
            super().__init__(source, mime="text/html", name=name)
            return
        page = source if isinstance(source, (str, bytes)) else _page(source)
        if page is None:
            raise InvalidInput(f"A {type(source).__name__} is no HTML.", hint="Give the page's text or a pathlib.Path.")
        super().__init__(page.encode(errors="replace") if isinstance(page, str) else page, mime="text/html", name=name)


class Table(File):
    """A table: a data frame of pandas, Polars or Arrow, a mapping of columns, a list of mappings, or rows with *columns*.

    Raises:
        InvalidInput: *data* is none of these, or its rows are uneven.
        TooLarge: it has more than 5 million cells.
    """

    __slots__ = ()

    def __init__(self, data: object, columns: Sequence[str] | None = None, *, name: str | None = None) -> None:
        super().__init__(table_json(data, columns), mime=types.TABLE, name=name)


class Plot(File):
    """A figure of matplotlib (stored as PNG), Plotly (interactive), Altair or Bokeh (HTML).

    Raises:
        InvalidInput: *figure* is none of these.
    """

    __slots__ = ()

    def __init__(self, figure: object, *, name: str | None = None) -> None:
        found = _figure(figure)
        if found is None:
            raise InvalidInput(f"A {type(figure).__module__}.{type(figure).__qualname__} is no figure that is known here.")
        super().__init__(found[0], mime=found[1], name=name)


class Histogram:
    """A distribution, for ``run["weights"].append(...)``.

    Parameters:
        values: an array, a tensor or numbers; those that are not finite are left out. Or None, with *edges* and *counts*.
        bins: how many equal bins to count *values* in.
        edges, counts: n+1 increasing edges and n counts that exist already.
        density: *counts* are densities.

    Raises:
        InvalidInput: there is nothing to count, or the lengths do not fit.
    """

    __slots__ = ("stored",)

    def __init__(
        self, values: object = None, bins: int = 64, *, edges: object = None, counts: object = None, density: bool = False
    ) -> None:
        if (edges is None) != (counts is None) or (edges is None) == (values is None):
            raise InvalidInput("A histogram is made of values, or of edges and counts.")
        self.stored: StoredHistogram = (
            histogram_of(values, bins) if edges is None else histogram_from_counts(edges, counts, density)
        )


def to_histogram(value: object) -> StoredHistogram | None:
    """The histogram that *value* is: a `Histogram`, or what ``numpy.histogram`` answers. None for anything else."""
    if isinstance(value, Histogram):
        return value.stored
    if is_counted(value):
        counts, edges = value  # type: ignore[misc]  # a pair of arrays, just checked
        return histogram_from_counts(edges, counts, counts.dtype.kind == "f" and bool((counts % 1).any()))
    return None


def to_file(value: object, *, name: str = "") -> FileContent | None:
    """The file that *value* is, or becomes.

    Parameters:
        value: one of this module's classes, a path or its text, bytes, an open file, a picture, figure, array or table.
        name: the file's name if it has none of its own; an ending is added.

    Returns:
        None if it is nothing that becomes a file.

    Raises:
        InvalidInput: it looks like one, but cannot be stored; the sentence says why.
    """
    if isinstance(value, File):
        return value.named(name)
    if isinstance(value, (str, os.PathLike, bytes, bytearray, memoryview)):
        return File(value).named(name)
    figure = _figure(value)
    if figure is not None:
        return File(figure[0], mime=figure[1]).named(name)
    if is_frame(value) or is_records(value):
        return Table(value).named(name)
    found = picture(value)
    if found is not None:
        return File(found, mime="image/png").named(name)
    if callable(getattr(value, "read", None)):
        return File(value).named(name)
    page = _page(value)
    return None if page is None else Html(page).named(name)


def picture(value: object) -> bytes | None:
    """PNG of a PIL image, a matplotlib figure, or an array of pixels. None for anything else.

    Raises:
        InvalidInput: an array that is no picture.
    """
    if _comes_from(value, "PIL") and callable(getattr(value, "save", None)):
        return _pil_to_png(value)
    figure = _matplotlib_figure(value)
    if figure is not None:
        return _savefig(figure)
    array = as_array(value)
    return None if array is None else array_to_png(array)


def existing_file(path: PathLike) -> Path:
    """*path* as a `Path`, ``~`` meaning the home folder.

    Raises:
        InvalidInput: it is no file.
    """
    found = Path(os.path.expanduser(os.fspath(path)))
    try:
        if found.is_file():
            return found
        problem = "is a folder, not a file" if found.is_dir() else "does not exist"
    except (OSError, ValueError) as error:  # names no file can have
        problem = f"is no file's name ({type(error).__name__})"
    hint = "For several files use upload_files." if problem.startswith("is a folder") else None
    raise InvalidInput(f"The file '{str(path)[:200]}' {problem}.", hint=hint)


def _figure(value: object) -> tuple[bytes, str] | None:
    """Content and media type of a figure."""
    found: Any = value
    if _comes_from(value, "plotly") and callable(getattr(value, "to_json", None)):
        return found.to_json().encode(), types.PLOTLY
    if _comes_from(value, "altair") and callable(getattr(value, "to_html", None)):
        return found.to_html().encode(), "text/html"
    if _comes_from(value, "bokeh") and "bokeh.model" in sys.modules and isinstance(value, sys.modules["bokeh.model"].Model):
        from importlib import import_module  # parts of Bokeh that a plot alone does not load

        embed, resources = import_module("bokeh.embed"), import_module("bokeh.resources")
        return embed.file_html(value, resources.INLINE).encode(), "text/html"
    figure = _matplotlib_figure(value)
    return None if figure is None else (_savefig(figure), "image/png")


def _matplotlib_figure(value: object) -> Any | None:
    """A matplotlib figure, that of an axes, or that of a seaborn grid."""
    for owner in (value, getattr(value, "figure", None)) if _comes_from(value, "matplotlib", "seaborn") else ():
        if callable(getattr(owner, "savefig", None)) and _comes_from(owner, "matplotlib"):
            return owner
    return None


def _savefig(figure: Any) -> bytes:
    target = BytesIO()
    figure.savefig(target, format="png")
    return target.getvalue()


def _pil_to_png(image: Any) -> bytes:
    if image.mode not in ("1", "L", "LA", "I", "I;16", "P", "RGB", "RGBA"):
        image = image.convert("RGBA" if "A" in image.getbands() else "RGB")
    target = BytesIO()
    image.save(target, format="PNG", compress_level=3)
    return target.getvalue()


def _page(value: object) -> str | None:
    """The HTML an object shows itself as in a notebook."""
    show: Callable[[], object] | None = getattr(type(value), "_repr_html_", None) and getattr(value, "_repr_html_", None)
    page = show() if callable(show) else None
    return page if isinstance(page, str) else None


def _comes_from(value: object, *packages: str) -> bool:
    """Whether a class of *value* is defined in one of these packages; subclasses in users' modules count."""
    return any(kind.__module__.partition(".")[0] in packages for kind in type(value).__mro__)
