"""Pictures, figures, tables, histograms and sound. Needs numpy and matplotlib."""

import matplotlib
import numpy as np

import trireme

matplotlib.use("agg")
from matplotlib import pyplot  # after the choice of what draws

with trireme.init_run("examples/media") as run:
    noise = np.random.default_rng(0)
    for step in range(5):
        # An array is a picture: height x width (x channels), uint8, or float from 0 to 1.
        run["images/denoised"].append(np.clip(noise.normal(0.5, 0.5 / (step + 1), (64, 64, 3)), 0, 1), step=step)
        run["weights/layer_1"].append(trireme.Histogram(noise.normal(0, 1 + step, 10_000)), step=step)

    figure, axes = pyplot.subplots()
    axes.plot(np.cumsum(noise.normal(size=200)))
    run["plots/walk"] = figure

    matrix = [[50, 2], [3, 45]]
    run["tables/confusion"] = trireme.Table(matrix, columns=["predicted cat", "predicted dog"])
    tone = np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    run["sound/a"] = trireme.Audio(0.3 * tone, sample_rate=16_000)
    run["notes"].upload(trireme.Text("# What I saw\n\nIt gets **less** noisy.", mime="text/markdown"))
