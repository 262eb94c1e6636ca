"""Kaplan–Meier: lifelines."""
from lifelines import KaplanMeierFitter

from opinion import Opinion


def curve(inputs):
    fitter = KaplanMeierFitter(alpha=1 - inputs["level"])
    fitter.fit(inputs["time"], inputs["happened"])
    ends = fitter.confidence_interval_.reindex(inputs["at"])
    by = "lifelines KaplanMeierFitter"
    return {
        "without": Opinion(by, fitter.predict(inputs["at"]), 1e-9),
        "low": Opinion(by, ends.iloc[:, 0], 1e-9),
        "high": Opinion(by, ends.iloc[:, 1], 1e-9),
        "median": Opinion(by, fitter.median_survival_time_, 1e-9),
    }
