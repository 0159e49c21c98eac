"""A training loop as a Neptune user writes it. Argument: a file whose existence says that the server was restarted."""

import json
import multiprocessing
import pathlib
import sys
import time

import numpy as np
from neptune_scale import Run
from neptune_scale.projects import create_project
from neptune_scale.types import Histogram


def reach(run: Run, name: str) -> None:
    """Return when the first file is uploaded. neptune-scale's uploader gives up for good if its first connection fails (see late.py)."""
    assert run.wait_for_processing()
    pathlib.Path(f"{name}-connected").touch()


def second_process(restarted: str) -> None:
    """Another process of the same job logs into the same run, before and after the server's death."""
    with Run(run_id="base", resume=True, enable_console_log_capture=False) as run:
        run.assign_files({"worker/card": b"# worker"})
        reach(run, "worker")
        for step in range(200):
            run.log_metrics({"worker/loss": float(step)}, step=step)
            while step == 100 and not pathlib.Path(restarted).exists():
                time.sleep(0.05)


def main() -> None:
    create_project("vision", workspace="lab")
    pathlib.Path("weights.bin").write_bytes(b"w" * 100_000)
    run = Run(run_id="base", experiment_name="resnet")
    other = multiprocessing.Process(target=second_process, args=(sys.argv[1],))
    other.start()
    run.log_configs({"lr": 0.1, "layers": 50, "name": "résumé 你好", "amp": True})
    run.add_tags(["first", "best"])
    run.assign_files({"model/card": b"# card"})
    reach(run, "main")
    for step in range(500):
        run.log_metrics({"train/loss": 1 / (step + 1), "train/acc": step / 500}, step=step)
        if step % 100 == 0:
            run.log_histograms({"layer/1": Histogram(bin_edges=[0, 1, 2], counts=[step, 1])}, step=step)
            run.log_string_series({"notes": f"at {step}"}, step=step)
            run.log_files({"images": bytes([step // 100]) * 10}, step=step)
        if step == 250:
            run.assign_files({"model/weights": "weights.bin"})
            while not pathlib.Path("worker-connected").exists():
                time.sleep(0.05)
            print("half", flush=True)
            while not pathlib.Path(sys.argv[1]).exists():
                run.log_metrics({"waiting": 1.0}, step=time.time())
                time.sleep(0.05)
    run.log_metrics({"train/loss": 0.5}, step=600, preview=True, preview_completion=0.25)
    run.log_metrics({"odd": float("nan")}, step=1)
    run.wait_for_processing()
    run.close()
    other.join()
    with Run(run_id="base", resume=True) as resumed:
        resumed.log_metrics({"train/loss": 0.25}, step=550.5)
    with Run(run_id="fork", experiment_name="resnet", fork_run_id="base", fork_step=299) as fork:
        fork.log_configs({"lr": 0.01})
        for step in range(300, 320):
            fork.log_metrics({"train/loss": float(np.float32(-step))}, step=step)
    print(json.dumps({"exit": other.exitcode}))


if __name__ == "__main__":
    main()
