"""Quantiles: eight of numpy's methods; binomial intervals and ranks by scipy."""
import numpy as np
from scipy import stats

from opinion import Opinion

METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "interpolated_inverted_cdf", "hazen",
    "weibull", "linear", "median_unbiased", "normal_unbiased",
]


def quantiles(inputs):
    found = [np.quantile(inputs["sample"], inputs["shares"], method=method) for method in METHODS]
    rank = stats.percentileofscore(inputs["sample"], inputs["value"], kind="mean") / 100
    return {
        "eight kinds": Opinion("numpy quantile", np.concatenate(found), 1e-12),
        "rank": Opinion("scipy percentileofscore, mean", rank, 1e-12),
    }


def interval(inputs):
    """The narrowest tails of the binomial that keep half of what is allowed, by trying every rank."""
    sample = np.sort(inputs["sample"])
    count, share, tail = len(sample), inputs["share"], (1 - inputs["confidence"]) / 2
    law = stats.binom(count, share)
    low = max(rank for rank in range(1, count + 1) if law.cdf(rank - 1) <= tail)
    high = min(rank for rank in range(1, count + 1) if law.sf(rank - 1) <= tail)
    return {
        "interval": Opinion("scipy binom", [sample[low - 1], sample[high - 1]], 1e-12),
        "confidence reached": Opinion("scipy binom", law.cdf(high - 1) - law.cdf(low - 1), 1e-9),
    }
