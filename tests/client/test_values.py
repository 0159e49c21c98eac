"""Objects of real libraries become files that those libraries read back."""

from __future__ import annotations

import datetime
import io
import json
import math
import wave
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas
import plotly.graph_objects
import polars
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as PilImage

from trireme.client.media.table import table_json
from trireme.client.values import Audio, File, Histogram, Html, Image, Plot, Table, Text, Video, to_file, to_histogram
from trireme.domain.errors import InvalidInput, TooLarge
from trireme.domain.records import Histogram as StoredHistogram
from trireme.domain.records import decode_histogram, encode_histogram

matplotlib.use("agg")


def pixels(file: Any) -> np.ndarray[Any, Any]:
    assert file is not None
    assert file.mime == "image/png"
    return np.asarray(PilImage.open(io.BytesIO(file.data)))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_array_of_pixels_survives(data: st.DataObject) -> None:
    height, width = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 12))
    channels = data.draw(st.sampled_from([None, 1, 3, 4]))
    shape = (height, width) if channels is None else (height, width, channels)
    content = data.draw(st.binary(min_size=math.prod(shape), max_size=math.prod(shape)))
    array = np.frombuffer(content, np.uint8).reshape(shape)
    back = pixels(to_file(array))
    assert np.array_equal(back, array[:, :, 0] if channels == 1 else array)


def test_floats_ints_bools_and_other_layouts_are_pixels() -> None:
    ramp = np.linspace(0, 1, 12).reshape(3, 4)
    expected = np.round(ramp * 255).astype(np.uint8)
    assert np.array_equal(pixels(Image(ramp)), expected)
    assert np.array_equal(pixels(Image(ramp.astype(np.float16))), (ramp.astype(np.float16) * 255 + 0.5).astype(np.uint8))
    assert np.array_equal(pixels(Image(expected.astype(np.int64))), expected)
    assert np.array_equal(pixels(Image(ramp > 0.5)), (ramp > 0.5) * 255)
    first = np.arange(3 * 5 * 7, dtype=np.uint8).reshape(3, 5, 7)
    assert np.array_equal(pixels(Image(first)), first.transpose(1, 2, 0))
    assert np.array_equal(pixels(Image(first[:, ::2, ::-1])), first[:, ::2, ::-1].transpose(1, 2, 0))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(5), "shape (5,)"),
        (np.zeros((5, 5, 2)), "shape (5, 5, 2)"),
        (np.zeros((0, 4)), "shape (0, 4)"),
        (np.full((2, 2), 1.5), "from 1.5 to 1.5, not 0 to 1"),
        (np.full((2, 2), -1), "from -1 to -1, not 0 to 255"),
        (np.full((2, 2), np.nan), "nan"),
        (np.zeros((2, 2), complex), "complex128"),
    ],
)
def test_arrays_that_are_no_pictures_say_why(array: np.ndarray[Any, Any], words: str) -> None:
    with pytest.raises(InvalidInput) as error:
        to_file(array)
    assert words in str(error.value)
    assert "height x width" in str(error.value)


class Tensor:
    """Speaks like a torch tensor on a GPU: no array until it is detached and on the CPU."""

    shape = (2, 2)
    dtype = "torch.float32"

    def __init__(self, array: np.ndarray[Any, Any], steps: str = "") -> None:
        self._array, self._steps = array, steps

    def detach(self) -> Tensor:
        return Tensor(self._array, self._steps + "d")

    def cpu(self) -> Tensor:
        return Tensor(self._array, self._steps + "c")

    def numpy(self) -> np.ndarray[Any, Any]:
        assert self._steps == "dc"
        return self._array


def test_tensors_are_taken_off_the_tape_and_the_gpu() -> None:
    assert pixels(to_file(Tensor(np.ones((2, 2))))).tolist() == [[255, 255], [255, 255]]
    found = to_histogram(Histogram(Tensor(np.ones((2, 2))), bins=2))
    assert found is not None
    assert sum(found.values) == 4


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "F", "I;16", "HSV"])
def test_pil_images_of_any_mode(mode: str) -> None:
    image = PilImage.new(mode, (5, 3))
    assert pixels(to_file(image)).shape[:2] == (3, 5)


def test_matplotlib_figures_axes_and_subclasses() -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(2, 1), dpi=50)
    axes.plot([1, 2])
    for value in (figure, axes, Plot(figure), Image(figure)):
        assert pixels(to_file(value, name="curve")).shape == (50, 100, 4)
    named = to_file(figure, name="curve")
    assert named is not None
    assert named.name == "curve.png"
    pyplot.close(figure)


def test_plotly_figures_stay_interactive() -> None:
    figure = plotly.graph_objects.Figure(plotly.graph_objects.Scatter(y=[1, 2]))
    for value in (figure, Plot(figure)):
        file = to_file(value, name="chart")
        assert file is not None
        assert (file.mime, file.name) == ("application/vnd.plotly.v1+json", "chart.plotly.json")
        assert isinstance(file.data, bytes)
        assert json.loads(file.data)["data"][0]["y"] == [1, 2]


NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.timezone.utc)
COLUMNS = {
    "n": [1, 2, 3],
    "x": [0.5, math.nan, math.inf],
    "on": [True, False, True],
    "when": [NOON, NOON, NOON],
    "word": ["a", "ü", ""],
}
EXPECTED = {
    "columns": ["n", "x", "on", "when", "word"],
    "types": ["number", "number", "bool", "datetime", "string"],
    "rows": [
        [1, 0.5, True, NOON.isoformat(), "a"],
        [2, "NaN", False, NOON.isoformat(), "ü"],
        [3, "Infinity", True, NOON.isoformat(), ""],
    ],
}


@pytest.mark.parametrize(
    "make",
    [
        pandas.DataFrame,
        polars.DataFrame,
        pyarrow.table,
        lambda columns: [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)],
    ],
    ids=["pandas", "polars", "arrow", "records"],
)
def test_tables_of_every_library_are_the_same_file(make: Any) -> None:
    file = to_file(make(COLUMNS), name="scores")
    assert file is not None
    assert (file.mime, file.name) == ("application/vnd.trireme.table+json", "scores.table.json")
    assert isinstance(file.data, bytes)
    assert json.loads(file.data) == EXPECTED
    assert Table(make(COLUMNS)).data == file.data


def test_tables_from_columns_rows_and_odd_cells() -> None:
    assert json.loads(table_json({"a": [None, 1, "x"], 2: [b"y", None, {"k": 1}]})) == {
        "columns": ["a", "2"],
        "types": ["string", "string"],
        "rows": [[None, "b'y'"], ["1", None], ["x", "{'k': 1}"]],
    }
    assert json.loads(table_json([[1, 2**60], [3, np.int8(4)]], ["a", "b"]))["rows"] == [[1, str(2**60)], [3, 4]]
    frame = pandas.DataFrame({"v": [1.0, None]}, index=pandas.Index(["p", "q"], name="k"))
    assert json.loads(table_json(frame))["rows"] == [["p", 1.0], ["q", "NaN"]]
    assert json.loads(table_json(pandas.DataFrame())) == {"columns": [], "types": [], "rows": []}
    with pytest.raises(InvalidInput, match="length"):
        table_json({"a": [1], "b": []})
    with pytest.raises(InvalidInput, match="2 cells"):
        table_json([[1, 2], [3]])
    with pytest.raises(TooLarge, match="limit"):
        table_json({"a": range(5_000_001)})


def test_sound_of_floats_ints_and_channels() -> None:
    tone = np.sin(np.linspace(0, 50, 800))
    for samples in (tone, np.stack([tone, -tone], axis=1), np.stack([tone, -tone]), (tone * 32767).round().astype(np.int16)):
        file = to_file(Audio(samples, sample_rate=8000), name="tone")
        assert file is not None
        assert (file.mime, file.name) == ("audio/wav", "tone.wav")
        assert isinstance(file.data, bytes)
        with wave.open(io.BytesIO(file.data)) as sound:
            assert sound.getnchannels() == (1 if samples.ndim == 1 else 2)
            assert (sound.getframerate(), sound.getnframes(), sound.getsampwidth()) == (8000, 800, 2)
            frames = np.frombuffer(sound.readframes(800), "<i2").reshape(800, -1)
        assert np.array_equal(frames[:, 0], (tone * 32767).round())
    with pytest.raises(InvalidInput, match="sample_rate"):
        Audio(tone)
    with pytest.raises(InvalidInput, match="shape"):
        Audio(np.zeros((2, 2, 2)), sample_rate=8000)


def test_files_by_path_bytes_and_handle(tmp_path: Path) -> None:
    path = tmp_path / "film.MP4"
    path.write_bytes(b"....ftypisom")
    for file in (to_file(path), to_file(str(path)), Video(path), File(path)):
        assert file is not None
        assert (file.data, file.mime, file.name) == (path, "video/mp4", "film.MP4")
    found = to_file(b"\x89PNG\r\n\x1a\n", name="x")
    assert found is not None
    assert (found.mime, found.name) == ("image/png", "x.png")
    with path.open("rb") as handle:
        opened = File(handle)
    assert (opened.data, opened.name) == (b"....ftypisom", "film.MP4")
    assert File(io.StringIO("ä")).data == "ä".encode()
    assert File(b"?").mime == "application/octet-stream"
    for wrong, words in ((tmp_path, "folder"), ("no\0name", "name"), (tmp_path / "absent", "does not exist"), (3, "int")):
        with pytest.raises(InvalidInput, match=words):
            File(wrong)
    with pytest.raises(InvalidInput, match="no film"):
        Video(b"text")
    with pytest.raises(InvalidInput, match="no image"):
        Image(b"text")


def test_text_and_pages() -> None:
    assert (Text("# Hi", mime="text/markdown").mime, Html("<p>").mime) == ("text/markdown", "text/html")

    class Shown:
        def _repr_html_(self) -> str:
            return "<b>shown</b>"

    page = to_file(Shown(), name="page")
    assert page is not None
    assert (page.data, page.name) == (b"<b>shown</b>", "page.html")
    assert to_file(Shown) is None
    assert to_file(object()) is None
    assert to_file([1, 2]) is None


def test_names_keep_the_ending_they_have() -> None:
    for given_name, stored in (
        ("a", "a.png"),
        ("a.png", "a.png"),
        ("a.PNG", "a.PNG"),
        ("a.jpg", "a.jpg.png"),
        ("v1.2", "v1.2.png"),
    ):
        file = to_file(np.zeros((1, 2)), name=given_name)
        assert file is not None
        assert file.name == stored


numbers = st.floats(allow_nan=True, allow_infinity=True, width=64)


@given(st.lists(numbers, min_size=1, max_size=50), st.integers(1, 100))
@settings(deadline=None, max_examples=300)
def test_histograms_of_lists_and_arrays_hold_every_finite_value(values: list[float], bins: int) -> None:
    finite = [value for value in values if math.isfinite(value)]
    for source in (values, np.array(values)):
        try:
            found = Histogram(source, bins).stored
        except InvalidInput:
            assert not finite or max(map(abs, finite)) > 1e305
            continue
        assert len(found.edges) == bins + 1
        assert sum(found.values) == len(finite)
        assert found.edges[0] <= min(finite)
        assert found.edges[-1] >= max(finite)
        assert decode_histogram(encode_histogram(found)) == found


def test_histograms_that_were_counted_already() -> None:
    counted = to_histogram(np.histogram([1.0, 2, 2, 3], bins=2))
    assert counted == StoredHistogram((1.0, 2.0, 3.0), (1.0, 3.0), False)
    density = to_histogram(np.histogram([1.0, 2, 2, 3], bins=3, density=True))
    assert density is not None
    assert density.density
    assert Histogram(edges=[0, 1], counts=[2], density=True).stored == StoredHistogram((0.0, 1.0), (2.0,), True)
    assert to_histogram((1, 2)) is None
    for arguments in ({}, {"edges": [1]}, {"values": [1], "edges": [0, 1], "counts": [1]}, {"edges": [0, 1], "counts": [1, 2]}):
        with pytest.raises(InvalidInput):
            Histogram(**arguments)  # type: ignore[arg-type]
    for values, bins in (([math.nan], 3), ([1], 0), ([1], 5000), (["x"], 3), (3, 3), (np.array(["x"]), 3)):
        with pytest.raises(InvalidInput):
            Histogram(values, bins)
