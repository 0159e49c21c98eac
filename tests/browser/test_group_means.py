"""Means of grouped runs and the bands around them are what numpy computes."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT
from tests.browser.seed import SeededRun, write_run
from tests.browser.test_charts import card, plot
from tests.support.server import ServerProcess
from trireme.domain.types import AttributeType

FIXTURE = ROOT / "web/src/charts/groupMeans.expected.json"
"""What web/src/charts/groupMeans.test.ts compares with: `python -m tests.browser.test_group_means` writes it."""
T975 = {1: 12.7062047, 2: 4.3026527, 3: 3.1824463}
"""Of Student's t distribution, by degrees of freedom."""
PROJECT = "default/groups"


def member(x: list[int], bend: float) -> dict[str, list[float]]:
    return {
        "x": [float(place) for place in x],
        "values": [round(1 + bend * np.exp(-place / 9) + np.sin(place) / 20, 6) for place in x],
    }


MEMBERS = [
    member(list(range(30)), 2.0),
    member(list(range(20)), 2.5),  # ends early
    member(list(range(0, 30, 3)), 1.5),  # logs more rarely
    member(list(range(12, 28)), 0.5),  # begins late
]


def expected(members: list[dict[str, list[float]]]) -> dict[str, list[float | None]]:
    """Over the runs that have a value, on their own points or on the line between two; half-widths are null where one run is left."""
    x = np.unique(np.concatenate([each["x"] for each in members]))
    values = np.array([np.interp(x, each["x"], each["values"], left=np.nan, right=np.nan) for each in members])
    count = np.sum(~np.isnan(values), axis=0)
    several = np.where(count > 1, 1.0, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sqrt(np.nansum((values - np.nanmean(values, axis=0)) ** 2, axis=0) / (count - 1)) * several
    error = deviation / np.sqrt(count)
    factor = np.array([T975.get(int(each) - 1, np.nan) for each in count])
    found = {
        "x": x,
        "count": count,
        "mean": np.nanmean(values, axis=0),
        "min": np.nanmin(values, axis=0),
        "max": np.nanmax(values, axis=0),
        "std": deviation,
        "sem": error,
        "ci95": error * factor,
    }
    return {name: [None if np.isnan(each) else float(each) for each in column] for name, column in found.items()}


def test_the_fixture_is_numpys() -> None:
    kept: dict[str, Any] = json.loads(FIXTURE.read_text())
    assert kept["members"] == MEMBERS
    for name, column in expected(MEMBERS).items():
        found, wanted = (np.array(values, dtype=float) for values in (kept["expected"][name], column))
        np.testing.assert_allclose(found, wanted, rtol=1e-9, err_msg=name)
    # The columns are no accident of one formula: where all four have a value, numpy's own words agree.
    full = [i for i, count in enumerate(kept["expected"]["count"]) if count == 4]
    table = np.array([np.interp(kept["expected"]["x"], each["x"], each["values"]) for each in MEMBERS])[:, full]
    assert np.array(kept["expected"]["std"], dtype=float)[full] == pytest.approx(np.std(table, axis=0, ddof=1))


def test_a_tooltip_says_how_many_runs_a_mean_is_of(quiet_page: Page, server: ServerProcess) -> None:
    finals = {"adam": (1.0, 2.0, 4.0), "sgd": (5.0, 5.5)}
    for optimizer, levels in finals.items():
        for number, level in enumerate(levels):
            # The last of each group ends early.
            steps = 10 if number == len(levels) - 1 else 40
            write_run(
                server.url,
                PROJECT,
                SeededRun(
                    f"{optimizer}-{number}",
                    values={"params/optimizer": (AttributeType.STRING, optimizer)},
                    series={"loss": [level] * steps},
                ),
            )
    quiet_page.goto("/p/default/groups?tab=charts&group=params/optimizer:string&avg=1&c.gband=std")
    box = plot(quiet_page, "loss")
    expect(card(quiet_page, "loss").get_by_text("2 means of 5 runs")).to_be_visible()
    tooltip = quiet_page.get_by_role("presentation").filter(has_text=re.compile(r"^step \d+"))

    def at(share: float, note: str) -> None:
        quiet_page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.6)
        expect(tooltip.get_by_role("row").filter(has_text="adam")).to_contain_text(note)

    at(0.15, f"± {np.std(finals['adam'], ddof=1):.2f} · 3 of 3 runs")
    expect(tooltip.get_by_role("row").filter(has_text="adam")).to_contain_text(f"{np.mean(finals['adam']):.4g}"[:4])
    at(0.9, f"± {np.std(finals['adam'][:2], ddof=1):.3f} · 2 of 3 runs")
    expect(tooltip.get_by_text("Mean of runs ± one standard deviation", exact=False)).to_be_visible()
    quiet_page.get_by_role("button", name="Axes").click()
    quiet_page.get_by_label("Around the mean of a group").first.click()
    quiet_page.get_by_role("option", name="95 % confidence").click()
    quiet_page.wait_for_url("**c.gband=ci95**")
    quiet_page.keyboard.press("Escape")
    half = T975[1] * np.std(finals["adam"][:2], ddof=1) / np.sqrt(2)
    at(0.9, f"{1.5 + half:.4g} · 2 of 3 runs")
    # One run is left of the other group: it says nothing about how runs differ.
    expect(tooltip.get_by_role("row").filter(has_text="sgd")).to_contain_text("1 of 2 runs")
    expect(tooltip.get_by_role("row").filter(has_text="sgd")).not_to_contain_text("…")


if __name__ == "__main__":
    FIXTURE.write_text(json.dumps({"members": MEMBERS, "expected": expected(MEMBERS)}, indent=2) + "\n")
