"""Reads back what train.py wrote, with neptune-query."""

import hashlib
import json
import pathlib

import neptune_query as nq
import neptune_query.runs as nr
from neptune_query.filters import Filter

PROJECT = "lab/vision"


def points(run: str, attribute: str, **options: object) -> list[list[float]]:
    frame = nr.fetch_metrics(project=PROJECT, runs=[run], attributes=[attribute], **options)
    frame = frame.loc[run].dropna()
    return [[float(step), float(value)] for step, value in zip(frame.index, frame[attribute], strict=True)]


def previews(run: str, attribute: str) -> list[list[float]]:
    frame = nr.fetch_metrics(project=PROJECT, runs=[run], attributes=[attribute], include_point_previews=True).loc[run]
    columns = frame[attribute]
    fields = (columns["value"], columns["is_preview"], columns["preview_completion"])
    return [[float(part) for part in row] for row in zip(frame.index, *fields, strict=True)]


def main() -> None:
    table = nr.fetch_runs_table(
        project=PROJECT, attributes=["lr", "layers", "name", "amp", "train/loss", "sys/tags"], sort_by="lr"
    )
    heads = nq.list_experiments(project=PROJECT)
    head = nq.fetch_experiments_table(project=PROJECT, attributes=["sys/custom_run_id"])
    series = nr.fetch_series(project=PROJECT, runs=["base"], attributes=["notes", "layer/1"]).loc["base"]
    files = nr.fetch_runs_table(project=PROJECT, runs=["base"], attributes=["model/weights", "model/card"])
    paths = nr.download_files(files=files, destination="downloads")
    later = nr.fetch_runs_table(project=PROJECT, runs=["base", "late"], attributes=["worker/card", "model/card"])
    later_paths = nr.download_files(files=later, destination="later")
    images = nr.fetch_series(project=PROJECT, runs=["base"], attributes=["images"])
    image_paths = nr.download_files(files=images, destination="images")
    buckets = nq.fetch_metric_buckets(project=PROJECT, experiments=["resnet"], x="step", y=["train/loss"], limit=10)
    found = {
        "runs": sorted(nr.list_runs(project=PROJECT)),
        "by_tag": nr.list_runs(project=PROJECT, runs=Filter.contains_all("sys/tags", ["best"])),
        "slow": nr.list_runs(project=PROJECT, runs=Filter.lt("lr", 0.05)),
        "experiments": heads,
        "head": head["sys/custom_run_id"].tolist(),
        "lr": {run: table.loc[run, "lr"] for run in ("base", "fork")},
        "base": {name: table.loc["base", name] for name in ("layers", "name", "amp", "train/loss")},
        "base_tags": sorted(table.loc["base", "sys/tags"]),
        "fork_tags": sorted(table.loc["fork", "sys/tags"]),
        "fork_loss": points("fork", "train/loss"),
        "fork_own": points("fork", "train/loss", lineage_to_the_root=False),
        "base_loss": points("base", "train/loss"),
        "base_acc": points("base", "train/acc"),
        "previews": previews("base", "train/loss")[-2:],
        "worker": points("base", "worker/loss"),
        "tail": points("base", "train/loss", tail_limit=2),
        "notes": [[float(step), value] for step, value in series["notes"].dropna().items()],
        "histograms": [[float(step), list(h.edges), list(h.values)] for step, h in series["layer/1"].dropna().items()],
        "files": [hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest() for path in paths.iloc[0]],
        "later_files": {
            run: pathlib.Path(later_paths.loc[run, name].dropna().iloc[0]).read_text()
            for run, name in (("base", "worker/card"), ("late", "model/card"))
        },
        "images": [pathlib.Path(path).read_bytes().hex() for path in image_paths["images"]],
        "buckets": len(buckets),
        "names": nr.list_attributes(project=PROJECT, runs=["fork"], attributes="^train/"),
    }
    print(json.dumps(found, default=lambda value: value.item()))


if __name__ == "__main__":
    main()
