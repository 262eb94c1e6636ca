"""Media response: every pair of shapes on the grid, each fitted by scipy's non-negative least squares."""
import numpy as np
from scipy.optimize import nnls

from opinion import Opinion

BY = "scipy nnls over the whole grid"


def adstock(spend, carry, memory):
    weights = carry ** np.arange(memory)
    return np.convolve(spend, weights / weights.sum())[: len(spend)]


def curves(inputs):
    outcome, year = np.array(inputs["outcome"]), inputs["year"]
    time = np.arange(len(outcome))
    background = [np.ones(len(time)), time / len(time), (time / len(time)) ** 2]
    for wave in range(1, inputs["harmonics"] + 1):
        background += [np.sin(2 * np.pi * wave * time / year), np.cos(2 * np.pi * wave * time / year)]
    background = np.array(background + inputs["controls"]).T
    basis, _ = np.linalg.qr(background)
    rest = lambda series: series - basis @ (basis.T @ series)
    left = rest(outcome)

    shapes = [(carry, steep) for carry in inputs["carries"] for steep in inputs["steepnesses"]]

    def curve(spend, shape):
        lasting = adstock(spend, shape[0], inputs["memory"]) / spend.max()
        return np.tanh(0.5 * shape[1] * lasting)

    spends = [np.array(spend) for spend in inputs["spend"]]
    raised = [[curve(spend, shape) for shape in shapes] for spend in spends]
    plain = [[rest(one) for one in channel] for channel in raised]
    best = (np.inf, None, None)
    for first in range(len(shapes)):
        for second in range(len(shapes)):
            columns = np.array([plain[0][first], plain[1][second]]).T
            # A ridge of a share of each curve's own square is one more row for each.
            penalty = np.diag(np.sqrt(inputs["ridge"] * (columns**2).sum(axis=0)))
            effects, off = nnls(np.r_[columns, penalty], np.r_[left, np.zeros(2)])
            if off < best[0]:
                best = (off, (first, second), effects)
    _, chosen, effects = best
    shape = [shapes[place] for place in chosen]
    brought = [effects[k] * raised[k][chosen[k]].sum() for k in range(2)]
    step = 1e-5
    grown = [
        effects[k] * np.tanh(np.arctanh(np.clip(raised[k][chosen[k]], 0, 1 - 1e-15)) * (1 + step)).sum()
        for k in range(2)
    ]
    spent = [spend.sum() for spend in spends]
    fit = sum(effects[k] * plain[k][chosen[k]] for k in range(2))
    return {
        "carry-over": Opinion(BY, [one[0] for one in shape], 1e-12),
        "steepness": Opinion(BY, [one[1] for one in shape], 1e-12),
        "return": Opinion(BY, [brought[k] / spent[k] for k in range(2)], 1e-5),
        "marginal return": Opinion(BY, [(grown[k] - brought[k]) / step / spent[k] for k in range(2)], 1e-4),
        "share of the outcome": Opinion(BY, [one / outcome.sum() for one in brought], 1e-5),
        "explained": Opinion(BY, 1 - ((left - fit) ** 2).sum() / (left**2).sum(), 1e-5),
    }
