"""Read the runs of `quickstart.py` back. Needs pandas and pyarrow, and a server: `trireme up` in the same folder."""

import trireme

project = trireme.Project("examples/quickstart")

runs = project.fetch_runs_table(
    query="last(train/loss) < 0.5",
    columns=["params/lr", "train/loss", "min(val/loss)"],
    sort_by="min(val/loss)",
    ascending=True,
    limit=20,
)
print(runs.to_pandas())

points = project.fetch_series(runs, r"^val/", step_range=(0, 100)).to_pandas()
print(points.groupby(["run", "path"], observed=True)["value"].describe())
