"""Leads and levels: statsmodels."""
import warnings

import numpy as np
from statsmodels.tsa.stattools import grangercausalitytests
from statsmodels.tsa.stattools import kpss as level_test

from opinion import Opinion


def granger(inputs):
    order = inputs["order"]
    pair = np.c_[inputs["effect"], inputs["cause"]]
    found = grangercausalitytests(pair, [order])[order][0]["ssr_ftest"]
    by = "statsmodels grangercausalitytests"
    return {"F": Opinion(by, found[0], 1e-9), "p": Opinion(by, found[1], 1e-9)}


def kpss(inputs):
    with warnings.catch_warnings():
        # The table of p ends at 1 %; the statistic is what is compared.
        warnings.simplefilter("ignore")
        found = level_test(inputs["series"], regression="c", nlags=int(inputs["lags"]))
    return {"statistic": Opinion("statsmodels kpss", found[0], 1e-9)}
