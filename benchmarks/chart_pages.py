"""Where charts are on a page of Trireme, of MLflow 3.18 and of TensorBoard 2.21. All parts are functions in JavaScript."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChartPage:
    """One page with charts.

    Parameters:
        chart: finds a chart on the screen in which lines are drawn, or null.
        step: what has to be clicked until all lines are shown; called before every frame until it answers true.
        lines: how many lines the page can show of those that are there.
        points: what it shows of a line.
    """

    address: str
    chart: str
    lines: int
    points: str
    step: str = "() => true"


def trireme(url: str, address: str, lines: int) -> ChartPage:
    """The second tab of a project; *address* says which runs are drawn."""
    return ChartPage(
        address=f"{url}/p/{address}",
        chart=f"""() => [...document.querySelectorAll("article canvas")]
          .find((each) => each.dataset.lines >= {lines} && bench.drawn(each)) ?? null""",
        lines=lines,
        points="1,000 buckets",
    )


def mlflow(url: str, experiment: int, lines: int) -> ChartPage:
    """The charts of an experiment: of the first ten runs, and at a click of all that are loaded, which are a hundred.

    A line is drawn twice there, as it is and smoothed, of 320 of its points.
    """
    lines = min(lines, 100)
    click = """() => {
      if (bench.all) return true;
      const entry = [...document.querySelectorAll("[role=menuitemradio]")].find((each) => each.textContent.trim() === "Show all runs");
      if (entry) { entry.click(); return bench.all = true; }
      const eye = document.querySelector("[data-testid=experiment-view-runs-visibility-column-header]");
      if (!eye || !document.querySelector("[role=row][row-index='0']") || eye.dataset.state === "open") return false;
      eye.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0, pointerType: "mouse" }));
      return false;
    }"""
    return ChartPage(
        address=f"{url}/#/experiments/{experiment}/runs?compareRunsMode=CHART",
        chart=f"""() => [...document.querySelectorAll(".js-plotly-plot")]
          .find((each) => bench.onScreen(each) && each.querySelectorAll(".scatterlayer path.js-line").length >= {lines}) ?? null""",
        lines=lines,
        points="320 points",
        step=click if lines > 10 else "() => true",
    )


def tensorboard(url: str, lines: int) -> ChartPage:
    """The tab for time series; above 500 runs none is drawn until they are chosen, at a click all of them."""
    click = """() => {
      if (bench.all) return true;
      const box = document.querySelector("runs-data-table tb-data-table input[type=checkbox]");
      if (!box || !document.querySelector("scalar-card")) return false;
      if (!box.checked) box.click();
      return bench.all = true;
    }"""
    return ChartPage(
        address=f"{url}/#timeseries",
        chart="""() => [...document.querySelectorAll("scalar-card line-chart canvas")].find((each) => bench.drawn(each)) ?? null""",
        lines=lines,
        points="a random 1,000 points",
        step=click if lines > 500 else "() => true",
    )
