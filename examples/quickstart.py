"""Log parameters, curves and a result. See them with `trireme up` in the same folder, before, during or after."""

import math
import random

import trireme

run = trireme.init_run("examples/quickstart", name="a small curve", tags=["demo"])
run["params"] = {"lr": 0.05, "optimizer": {"name": "sgd", "momentum": 0.9}}

loss = 1.0
for step in range(300):
    loss = loss * 0.985 + random.gauss(0, 0.01)
    run["train/loss"].append(loss)  # steps count by themselves
    if step % 10 == 0:
        run.log_metrics({"val/loss": loss + 0.05, "val/accuracy": 1 - math.exp(-step / 80)}, step=step)

run["result/final_loss"] = loss
run["log"].append("finished without surprises")
run.stop()
