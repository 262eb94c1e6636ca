"""Seasons: statsmodels' STL."""
import numpy as np
from statsmodels.tsa.seasonal import STL

from opinion import Opinion


def stl(inputs):
    period, span, trend, robust = (inputs[key] for key in ("period", "span", "trend", "robust"))
    # The least odd span of at least a cycle, as in R; statsmodels wants it longer, so cycles here are even.
    low = period + 1
    search = STL(
        inputs["series"], period, seasonal=span, trend=trend, low_pass=low, robust=robust,
        seasonal_deg=0, trend_deg=1, low_pass_deg=1, seasonal_jump=-(-span // 10), trend_jump=-(-trend // 10),
        low_pass_jump=-(-low // 10),
    )
    found = search.fit(inner_iter=1 if robust else 2, outer_iter=15 if robust else 0)
    by, slack = "statsmodels STL", 1e-6 if robust else 1e-9
    return {
        "season": Opinion(by, np.asarray(found.seasonal), slack),
        "trend": Opinion(by, np.asarray(found.trend), slack),
    }
