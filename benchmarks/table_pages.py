"""Where the table of runs is on a page of Trireme, of MLflow 3.18 and of TensorBoard 2.21, and how it is sorted and filtered.

All parts are functions in JavaScript. Where the address says how a table is sorted, the address is changed from within the page;
TensorBoard's has no such address, so its controls are clicked.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class TablePage:
    """One page.

    Parameters:
        first: finds the element with the name of the first run, or null.
        sort: sorts by a metric, descending; is given ``{metric}``.
        filter: keeps runs whose metric is below a number; is given ``{metric, below, sorted}``, the metric of before.
        prepare: what has to be clicked once before sorting.
        rows: how many rows it can scroll through.
    """

    address: str
    first: str
    sort: str
    filter: str
    rows: str
    prepare: str = "() => {}"


def trireme(url: str, project: str) -> TablePage:
    """The project's page."""
    go = 'history.pushState({}, "", location.pathname + query); dispatchEvent(new PopStateEvent("popstate"));'
    return TablePage(
        address=f"{url}/p/{project}",
        first='() => document.querySelector("[role=row] a")',
        sort=f"({{ metric }}) => {{ const query = `?sort=${{metric}}:float_series:desc`; {go} }}",
        filter=(
            "({ metric, below, sorted }) => { const condition = encodeURIComponent(`${metric} < ${below}`);"
            f" const query = `?q=${{condition}}&sort=${{sorted}}:float_series:desc`; {go} }}"
        ),
        rows="all",
    )


def mlflow(url: str, experiment: int) -> TablePage:
    """The list of an experiment's runs; it loads a hundred, and a hundred more at a click."""
    address = f"#/experiments/{experiment}/runs"
    rest = "&orderByAsc=false&startTime=ALL&lifecycleFilter=Active&modelVersionFilter=All+Runs&datasetsFilter=W10%3D"
    tick = quote("`")
    go = f"location.hash = `{address}?searchFilter=${{encodeURIComponent(search)}}&orderByKey=metrics.{tick}${{encodeURIComponent(by)}}{tick}{rest}`;"
    return TablePage(
        address=f"{url}/{address}",
        first="""() => document.querySelector("[role=row][row-index='0'] a[href*='/runs/']")""",
        sort=f"({{ metric }}) => {{ const search = '', by = metric; {go} }}",
        filter=f"({{ metric, below, sorted }}) => {{ const search = 'metrics.`' + metric + '` < ' + below, by = sorted; {go} }}",
        rows="100 at a time",
    )


def tensorboard(url: str) -> TablePage:
    """The table of the hyperparameters' tab, which shows pages of a hundred."""
    pane = 'const pane = bench.pane ??= bench.deep("tf-hparams-query-pane").shadowRoot'
    choose = "[...pane.querySelectorAll('paper-item')].find((each) => each.textContent.trim() === wanted).click()"
    return TablePage(
        address=f"{url}/#hparams",
        first="""() => {
          const grid = bench.grid ??= bench.deep("vaadin-grid#sessionGroupsTable");
          const slot = grid?.shadowRoot.querySelector("#items tr[aria-rowindex='2'] td[first-column] slot");
          return slot?.assignedElements()[0] ?? null;
        }""",
        sort=f"({{ metric: wanted }}) => {{ {pane}; {choose}; }}",
        filter=f"""({{ metric, below }}) => {{
          {pane};
          const own = [...pane.querySelectorAll(".metric")].find((each) => each.textContent.trim().startsWith(metric));
          own.querySelectorAll("paper-input")[1].value = String(below);
        }}""",
        rows="100 at a time",
        prepare=f"() => {{ {pane}; const wanted = 'Descending'; {choose}; }}",
    )
