"""Surveys: ipfn for raking, samplics for estimates, statsmodels for drivers."""
from itertools import permutations

import numpy as np
import statsmodels.api as sm
from ipfn import ipfn
from samplics.estimation import TaylorEstimator
from scipy.stats import norm

from opinion import Opinion


def adjusted(counts):
    """Three answers more, a quarter of them at each end and half in the middle: mean and its variance."""
    scores = np.array([1.0, 0.0, -1.0])
    shares = (np.array(counts) + [0.75, 1.5, 0.75]) / (sum(counts) + 3)
    mean = shares @ scores
    return mean, (shares @ (scores - mean) ** 2) / (sum(counts) + 3)


def raw(counts):
    return 100 * (counts[0] - counts[2]) / sum(counts)


def nps(inputs):
    mean, variance = adjusted(inputs["counts"])
    half = norm.isf((1 - inputs["confidence"]) / 2) * np.sqrt(variance)
    by = "numpy, written anew"
    return {
        "score": Opinion(by, raw(inputs["counts"]), 1e-9),
        "interval": Opinion(by, [100 * (mean - half), 100 * (mean + half)], 1e-9),
    }


def nps_change(inputs):
    (one, first), (other, second) = adjusted(inputs["before"]), adjusted(inputs["after"])
    half = norm.isf((1 - inputs["confidence"]) / 2) * np.sqrt(first + second)
    by = "numpy, written anew"
    return {
        "difference": Opinion(by, raw(inputs["after"]) - raw(inputs["before"]), 1e-9),
        "interval": Opinion(by, [100 * (other - one - half), 100 * (other - one + half)], 1e-9),
    }


def raking(inputs):
    classes = np.array(inputs["classes"])
    cells = np.zeros([len(totals) for totals in inputs["totals"]])
    np.add.at(cells, tuple(classes), 1)
    totals = [np.array(total) for total in inputs["totals"]]
    search = ipfn.ipfn(
        cells.copy(), totals, [[k] for k in range(len(totals))], convergence_rate=1e-13,
        max_iteration=5000, rate_tolerance=0,
    )
    weights = (search.iteration() / np.where(cells > 0, cells, 1))[tuple(classes)]
    worth = weights.sum() ** 2 / (weights**2).sum()
    return {
        "weights": Opinion("ipfn", weights, 1e-8),
        "effective number": Opinion("ipfn", worth, 1e-8),
        "design effect": Opinion("ipfn", len(weights) / worth, 1e-8),
    }


def estimates(inputs):
    told = {}
    for name in ("mean", "total"):
        search = TaylorEstimator(name)
        search.estimate(
            y=np.array(inputs["values"]), samp_weight=np.array(inputs["weights"]),
            stratum=np.array(inputs["strata"]), psu=np.array(inputs["clusters"]),
        )
        told[name] = Opinion("samplics TaylorEstimator", number(search.point_est), 1e-9)
        told[f"error of {name}"] = Opinion("samplics TaylorEstimator", number(search.stderror), 1e-9)
    return told


def number(found):
    while isinstance(found, dict):
        found = next(iter(found.values()))
    return float(found)


def drivers(inputs):
    scores, overall = np.array(inputs["scores"]).T, np.array(inputs["overall"])
    known = {}

    def explained(chosen):
        key = frozenset(chosen)
        if key not in known:
            fit = sm.OLS(overall, sm.add_constant(scores[:, sorted(key)])).fit() if key else None
            known[key] = fit.rsquared if fit else 0.0
        return known[key]

    orders = list(permutations(range(scores.shape[1])))
    parts = np.zeros(scores.shape[1])
    for order in orders:
        for place, driver in enumerate(order):
            parts[driver] += explained(order[: place + 1]) - explained(order[:place])
    by = "statsmodels OLS in all orders"
    return {
        "parts of R squared": Opinion(by, parts / len(orders), 1e-9),
        "R squared": Opinion(by, explained(range(scores.shape[1])), 1e-9),
    }
