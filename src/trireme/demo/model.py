"""A small neural network in numpy: two layers, ReLU, softmax, momentum. Small enough to read, real enough to over-fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass
class Digits:
    """Scikit-learn's 1,797 handwritten digits of 8 x 8 pixels, split into training and validation."""

    train_images: Array
    train_labels: NDArray[np.int64]
    test_images: Array
    test_labels: NDArray[np.int64]


def load_digits(seed: int = 0) -> Digits:
    """The data, shuffled by *seed*; images as rows of 64 values from 0 to 1."""
    from sklearn.datasets import load_digits as sklearn_digits
    from sklearn.model_selection import train_test_split

    data: Any = sklearn_digits()
    parts: list[Any] = train_test_split(data.data / 16.0, data.target, test_size=0.25, random_state=seed, stratify=data.target)
    return Digits(parts[0], parts[2], parts[1], parts[3])


@dataclass
class Network:
    """64 inputs, *hidden* units, 10 classes."""

    hidden: int
    learning_rate: float
    momentum: float = 0.9
    weight_decay: float = 0.0
    seed: int = 0
    weights: dict[str, Array] = field(init=False)

    def __post_init__(self) -> None:
        chance = np.random.default_rng(self.seed)
        self.weights = {
            "hidden": chance.normal(0, np.sqrt(2 / 64), (64, self.hidden)),
            "hidden_bias": np.zeros(self.hidden),
            "output": chance.normal(0, np.sqrt(2 / self.hidden), (self.hidden, 10)),
            "output_bias": np.zeros(10),
        }
        self._velocity = {name: np.zeros_like(value) for name, value in self.weights.items()}

    def probabilities(self, images: Array) -> Array:
        """Class probabilities, one row an image."""
        active = np.maximum(images @ self.weights["hidden"] + self.weights["hidden_bias"], 0)
        return _softmax(active @ self.weights["output"] + self.weights["output_bias"])

    def step(self, images: Array, labels: NDArray[np.int64]) -> tuple[float, float, float]:
        """One step of gradient descent: loss, accuracy and the gradient's norm on this batch."""
        active = np.maximum(images @ self.weights["hidden"] + self.weights["hidden_bias"], 0)
        found = _softmax(active @ self.weights["output"] + self.weights["output_bias"])
        rows = np.arange(len(labels))
        loss = float(-np.log(found[rows, labels] + 1e-12).mean())
        accuracy = float((found.argmax(1) == labels).mean())
        error = found.copy()
        error[rows, labels] -= 1
        error /= len(labels)
        back = (error @ self.weights["output"].T) * (active > 0)
        gradients = {
            "output": active.T @ error,
            "output_bias": error.sum(0),
            "hidden": images.T @ back,
            "hidden_bias": back.sum(0),
        }
        norm = float(np.sqrt(sum(float((gradient**2).sum()) for gradient in gradients.values())))
        for name, gradient in gradients.items():
            gradient += self.weight_decay * self.weights[name]
            self._velocity[name] = self.momentum * self._velocity[name] - self.learning_rate * gradient
            self.weights[name] += self._velocity[name]
        return loss, accuracy, norm


def batches(count: int, size: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Indices of one epoch's batches, in random order."""
    order = np.random.default_rng(seed).permutation(count)
    for start in range(0, count - size + 1, size):
        yield order[start : start + size]


def _softmax(values: Array) -> Array:
    shifted = np.exp(values - values.max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)
