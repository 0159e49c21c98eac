"""How much a parameter says about a metric: statistics on ranks, with numpy alone.

*Importance* is the share of the variance of the metric's ranks that lies between the groups of runs with the same value of the
parameter (numbers in up to ten groups of about equal size): the effect size eta squared of the Kruskal-Wallis test,
``(H - k + 1) / (n - k)``, which is 0 on average where there is no effect, whatever the number of groups, and 1 where the parameter
alone settles the order of the runs. It is the main effect of a functional analysis of variance, taken on ranks so that a diverged
run does not decide and an infinite loss still counts as the worst. *Correlation* is Spearman's rho: it has a sign, and sees only
what rises or falls throughout. Both look at one parameter at a time: of parameters that were varied together neither can be told
to be the cause, and one that matters only together with another may be missed.

W. H. Kruskal, W. A. Wallis: Use of ranks in one-criterion variance analysis, JASA 47 (1952). M. Tomczak, E. Tomczak: The need to
report effect size estimates revisited, Trends in Sport Sciences 1 (2014). F. Hutter, H. Hoos, K. Leyton-Brown: An efficient
approach for assessing hyperparameter importance, ICML (2014). C. Spearman, American Journal of Psychology 15 (1904).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_GROUPS: Final = 10
"""Numbers with more distinct values than this are grouped by rank."""
MIN_RUNS: Final = 4


@dataclass(frozen=True, slots=True)
class Effect:
    """What a parameter says. ``importance`` lies in 0 to 1; ``p_value`` is the chance of one as large where there is no effect.

    Parameters:
        correlation: None for categories.
    """

    importance: float
    p_value: float
    correlation: float | None


def ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of theirs, infinities rank first and last. NaN must not occur."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    shared = (ends - counts + 1 + ends) / 2
    return np.asarray(shared[inverse], np.float64)


def groups_of(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The group of each number: its value, or its part of the order where there are many. Equal values are never parted."""
    distinct, inverse = np.unique(values, return_inverse=True)
    if len(distinct) <= MAX_GROUPS:
        return np.asarray(inverse, np.int64)
    wanted = int(np.clip(round(len(values) ** (1 / 2) / 2), 2, MAX_GROUPS))
    # The mean rank of equal values decides for all of them.
    part = np.minimum(((ranks(values) - 0.5) / len(values) * wanted).astype(np.int64), wanted - 1)
    return np.asarray(np.unique(part, return_inverse=True)[1], np.int64)


def effect_of(groups: NDArray[np.int64], metric: NDArray[np.float64], values: NDArray[np.float64] | None) -> Effect | None:
    """What a parameter says about *metric*.

    Parameters:
        groups: of each run, counted from 0.
        metric: without NaN.
        values: the parameter's numbers, for the correlation; None for categories.

    Returns:
        None where nothing can be said: too few runs, one group, nearly a group for each run, or a metric that is all the same.
    """
    count = len(metric)
    sizes = np.bincount(groups)
    sizes = sizes[sizes > 0]
    k = len(sizes)
    order = ranks(metric)
    spread = float(((order - order.mean()) ** 2).sum())
    if count < MIN_RUNS or k < 2 or count - k < 2 or spread == 0:
        return None
    sums = np.bincount(groups, weights=order)
    sums = sums[np.bincount(groups) > 0]
    between = float((sizes * (sums / sizes - order.mean()) ** 2).sum())
    h = (count - 1) * between / spread  # with the usual correction for ties
    importance = min(1.0, max(0.0, (h - k + 1) / (count - k)))
    return Effect(importance, chi_squared_tail(h, k - 1), None if values is None else _pearson(ranks(values), order))


def _pearson(a: NDArray[np.float64], b: NDArray[np.float64]) -> float | None:
    a, b = a - a.mean(), b - b.mean()
    size = math.sqrt(float((a * a).sum()) * float((b * b).sum()))
    return float((a * b).sum()) / size if size > 0 else None


def chi_squared_tail(x: float, degrees: int) -> float:
    """The chance that a chi-squared variable of so many degrees of freedom is at least *x*."""
    return _gamma_tail(degrees / 2, x / 2)


def _gamma_tail(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function: a series below its turn, a continued fraction (Lentz) above."""
    if x <= 0:
        return 1.0
    scale = math.exp(-x + a * math.log(x) - math.lgamma(a)) if x < 700 + a else 0.0
    if x < a + 1:
        term = total = 1 / a
        n = a
        while abs(term) > abs(total) * 1e-15:
            n += 1
            term *= x / n
            total += term
        return max(0.0, 1 - total * scale)
    b = x + 1 - a
    c, d = 1e300, 1 / (b or 1e-300)
    fraction = d
    for i in range(1, 1000):
        step = -i * (i - a)
        b += 2
        d = 1 / ((step * d + b) or 1e-300)
        c = b + step / c
        fraction *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return fraction * scale
