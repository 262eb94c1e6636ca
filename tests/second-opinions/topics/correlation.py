"""Pairs of figures: scipy and statsmodels."""
import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

from opinion import Opinion


def pairs(inputs):
    x, y = np.array(inputs["x"]), np.array(inputs["y"])
    moment, rank = stats.pearsonr(x, y), stats.spearmanr(x, y)
    ends = moment.confidence_interval(0.95)
    # numpy's correlate of the whole, scaled series: its places are lags from -(n-1).
    a, b = (x - x.mean()) / np.linalg.norm(x - x.mean()), (y - y.mean()) / np.linalg.norm(y - y.mean())
    crossed = np.correlate(b, a, "full")[len(x) - 1 - inputs["lags"] : len(x) + inputs["lags"]]
    return {
        "Pearson and p": Opinion("scipy pearsonr", [moment.statistic, moment.pvalue], 1e-9),
        "Pearson interval": Opinion("scipy pearsonr", [ends.low, ends.high], 1e-9),
        "Spearman and p": Opinion("scipy spearmanr", [rank.statistic, rank.pvalue], 1e-9),
        "Kendall tau-b": Opinion("scipy kendalltau", stats.kendalltau(x, y).statistic, 1e-9),
        "cross-correlation": Opinion("numpy correlate", crossed, 1e-9),
    }


def many(inputs):
    adjusted = lambda method: multipletests(inputs["p"], method=method)[1]
    return {
        "Benjamini-Hochberg": Opinion("statsmodels multipletests", adjusted("fdr_bh"), 1e-12),
        "Holm": Opinion("statsmodels multipletests", adjusted("holm"), 1e-12),
    }
