"""Regional lifts: the mixture by scipy's SLSQP, the tests by numpy."""
import numpy as np
from scipy.optimize import minimize

from opinion import Opinion

BY = "scipy minimize, SLSQP"


def mixture(own, others):
    """Weights that are not negative and add up to one, nearest in squares; both sides centred."""
    scale = np.linalg.norm(own)
    own, others = own / scale, others / scale
    squares = lambda w: ((own - w @ others) ** 2).sum()
    slope = lambda w: -2 * others @ (own - w @ others)
    count = len(others)
    found = minimize(
        squares, np.full(count, 1 / count), jac=slope, method="SLSQP", bounds=[(0, 1)] * count,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(count)},
        options={"maxiter": 2000, "ftol": 1e-16},
    )
    return found.x


def gaps(own, others, fitted):
    own = own - own[:fitted].mean()
    others = others - others[:, :fitted].mean(axis=1, keepdims=True)
    weights = mixture(own[:fitted], others[:, :fitted])
    return weights, own - weights @ others


def moved(residuals, start, size):
    """The share of places in a ring at which a stretch as long as the campaign is as far off."""
    ring = np.r_[residuals, residuals]
    length, span = len(residuals), len(residuals) - start
    sizes = np.array([size(ring[place : place + span]) for place in range(length)])
    return (sizes >= sizes[start] * (1 - 1e-9)).mean()


def rms(values):
    return np.sqrt((values**2).mean())


def lift(inputs):
    treated, others, start = np.array(inputs["treated"]), np.array(inputs["others"]), inputs["start"]
    own = treated.mean(axis=0)
    weights, gap = gaps(own, others, start)
    each = gap[start:].mean()
    _, residuals = gaps(own, others, len(own))
    ratio = rms(gap[start:]) / rms(gap[:start])
    placebos = []
    for place in range(len(others)):
        _, other = gaps(others[place], np.delete(others, place, axis=0), start)
        placebos.append(rms(other[start:]) / rms(other[:start]))
    beyond = 1 + sum(placebo >= ratio for placebo in placebos)
    return {
        "weights": Opinion(BY, weights, 2e-4),
        "incremental": Opinion(BY, each * gap[start:].size * len(treated), 2e-4),
        "lift": Opinion(BY, each / (own[start:].mean() - each), 2e-4),
        "error before": Opinion(BY, rms(gap[:start]), 1e-6),
        "p, moved in one piece": Opinion(BY, moved(residuals, start, lambda x: np.abs(x).sum()), 1e-9),
        "p of the average": Opinion(BY, moved(residuals, start, lambda x: abs(x.sum())), 1e-9),
        "p of placebo regions": Opinion(BY, beyond / (1 + len(others)), 1e-9),
    }
