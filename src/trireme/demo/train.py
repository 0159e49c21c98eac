"""Train one network on handwritten digits and log everything: ``python -m trireme.demo.train --hidden 64 --learning-rate 0.1``.

This is what a training script with Trireme looks like.
"""

from __future__ import annotations

import argparse
import csv
import io
import time
from typing import TYPE_CHECKING, Any

import numpy as np

import trireme
from trireme.demo.model import Digits, Network, batches, load_digits

if TYPE_CHECKING:
    from trireme.client.run import Run


def main() -> None:
    """Parse the command line and train."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--name", default="digits")
    options.add_argument("--hidden", type=int, default=64)
    options.add_argument("--learning-rate", type=float, default=0.05)
    options.add_argument("--batch-size", type=int, default=32)
    options.add_argument("--weight-decay", type=float, default=0.0)
    options.add_argument("--epochs", type=int, default=20)
    options.add_argument("--seconds", type=float, default=15.0, help="stretch the training to about this long")
    options.add_argument("--tag", action="append", default=[])
    options.add_argument("--fail-at-epoch", type=int, help="lose the data in that epoch, to show what a failed run looks like")
    args = options.parse_args()

    with trireme.init_run(project="digits", name=args.name, tags=args.tag) as run:
        train(run, args)


def train(run: Run, args: argparse.Namespace) -> None:
    """The training loop."""
    parameters = {key: value for key, value in vars(args).items() if key not in ("name", "tag", "seconds", "fail_at_epoch")}
    run["params"] = {**parameters, "model": "mlp", "optimizer": {"name": "sgd", "momentum": 0.9}}
    digits = load_digits()
    run["data"] = {"name": "scikit-learn digits", "train": len(digits.train_labels), "validation": len(digits.test_labels)}
    network = Network(args.hidden, args.learning_rate, weight_decay=args.weight_decay)
    run["params/count"] = sum(value.size for value in network.weights.values())

    step = 0
    best = 0.0
    per_epoch = args.seconds / args.epochs
    for epoch in range(args.epochs):
        began = time.monotonic()
        if epoch == args.fail_at_epoch:
            raise RuntimeError(f"Lost the connection to the data loader in epoch {epoch}.")
        chosen = list(batches(len(digits.train_labels), args.batch_size, epoch))
        for number, batch in enumerate(chosen):
            loss, accuracy, norm = network.step(digits.train_images[batch], digits.train_labels[batch])
            run.log_metrics({"train": {"loss": loss, "accuracy": accuracy, "gradient_norm": norm}}, step=step)
            step += 1
            # The demo is paced so that curves can be watched while they grow; a real training needs no such line.
            time.sleep(max(0.0, began + per_epoch * (number + 1) / len(chosen) - time.monotonic()))
        loss, accuracy = evaluate(network, digits)
        best = max(best, accuracy) if np.isfinite(loss) else best
        run.log_metrics({"validation": {"loss": loss, "accuracy": accuracy}, "epoch": epoch}, step=step)
        for name in ("hidden", "output"):
            if np.isfinite(network.weights[name]).all():
                run[f"weights/{name}"].append(trireme.Histogram(network.weights[name]), step=step)
        if epoch % 4 == 0 or epoch == args.epochs - 1:
            log_predictions(run, network, digits, step)
        print(f"epoch {epoch + 1:>3}/{args.epochs}  validation loss {loss:.4f}  accuracy {accuracy:.2%}", flush=True)
    run["validation/best_accuracy"] = best
    log_results(run, network, digits)


def evaluate(network: Network, digits: Digits) -> tuple[float, float]:
    """Loss and accuracy on the validation data."""
    found = network.probabilities(digits.test_images)
    loss = float(-np.log(found[np.arange(len(found)), digits.test_labels] + 1e-12).mean())
    return loss, float((found.argmax(1) == digits.test_labels).mean())


def log_predictions(run: Run, network: Network, digits: Digits, step: int) -> None:
    """A sheet of 24 validation digits, the wrong ones in red."""
    found = network.probabilities(digits.test_images[:24]).argmax(1)
    sheet = np.zeros((4 * 40, 6 * 40, 3))
    for index, image in enumerate(digits.test_images[:24]):
        row, column = divmod(index, 6)
        tile = np.kron(image.reshape(8, 8), np.ones((4, 4)))
        colour = np.array([1.0, 1.0, 1.0]) if found[index] == digits.test_labels[index] else np.array([1.0, 0.35, 0.3])
        sheet[row * 40 + 4 : row * 40 + 36, column * 40 + 4 : column * 40 + 36] = tile[:, :, None] * colour
    run["predictions/sheet"].append(sheet, step=step)


def log_results(run: Run, network: Network, digits: Digits) -> None:
    """What is worth keeping at the end: a confusion matrix, a table, the weights."""
    found = network.probabilities(digits.test_images)
    predicted = found.argmax(1)
    matrix = np.zeros((10, 10), int)
    np.add.at(matrix, (digits.test_labels, predicted), 1)
    run["validation/confusion_matrix"].upload(confusion_figure(matrix))
    wrong = np.flatnonzero(predicted != digits.test_labels)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["index", "label", "predicted", "confidence"])
    for index in wrong:
        table.writerow([int(index), int(digits.test_labels[index]), int(predicted[index]), f"{found[index].max():.4f}"])
    run["validation/mistakes"].upload(trireme.File(text.getvalue().encode(), mime="text/csv", name="mistakes.csv"))
    weights = io.BytesIO()
    np.savez_compressed(weights, **network.weights)  # type: ignore[arg-type]
    run["model/weights"].upload(trireme.File(weights.getvalue(), mime="application/zip", name="weights.npz"))
    notes = (
        f"# Digits\n\nA network with **{network.hidden} hidden units** made {len(wrong)} mistakes on {len(predicted)} digits.\n"
    )
    run["report"].upload(trireme.File(notes.encode(), mime="text/markdown", name="report.md"))


def confusion_figure(matrix: Any) -> Any:
    """A matplotlib figure of the confusion matrix."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 4.4), dpi=120, layout="tight")
    axes = figure.subplots()
    shown = axes.imshow(matrix, cmap="Blues")
    axes.set_xlabel("predicted")
    axes.set_ylabel("digit")
    axes.set_xticks(range(10))
    axes.set_yticks(range(10))
    for row in range(10):
        for column in range(10):
            if matrix[row, column]:
                colour = "white" if matrix[row, column] > matrix.max() / 2 else "black"
                axes.text(column, row, str(matrix[row, column]), ha="center", va="center", color=colour, fontsize=7)
    figure.colorbar(shown, fraction=0.046)
    return figure


if __name__ == "__main__":
    main()
