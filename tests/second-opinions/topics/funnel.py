"""Shares of people: statsmodels."""
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from opinion import Opinion


def share(inputs):
    hits, trials, alpha = inputs["hits"], inputs["trials"], 1 - inputs["confidence"]
    ends = lambda method: proportion_confint(hits, trials, alpha, method)
    return {
        "share": Opinion("Python", hits / trials, 1e-15),
        "Wilson": Opinion("statsmodels proportion_confint, wilson", ends("wilson"), 1e-9),
        "Clopper-Pearson": Opinion("statsmodels proportion_confint, beta", ends("beta"), 1e-9),
    }


def change(inputs):
    (before, asked), (after, asked_again) = inputs["before"], inputs["after"]
    ends = confint_proportions_2indep(
        after, asked_again, before, asked, method="newcomb", alpha=1 - inputs["confidence"]
    )
    return {
        "difference": Opinion("Python", after / asked_again - before / asked, 1e-12),
        "interval": Opinion("statsmodels confint_proportions_2indep, newcomb", ends, 1e-9),
    }
