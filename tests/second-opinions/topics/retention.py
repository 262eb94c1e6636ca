"""Curves of renewal: products of renewal rates written anew, the top found by scipy."""
import numpy as np
from scipy.optimize import minimize
from scipy.special import beta as beta_function

from opinion import Opinion

BY = "scipy minimize of own likelihood"


def left(parameters, periods):
    alpha, beta = parameters[:2]
    duration = parameters[2] if len(parameters) > 2 else 1.0
    return beta_function(alpha, beta + np.arange(periods + 1) ** duration) / beta_function(alpha, beta)


def fit(inputs, count):
    def off(logarithms):
        parameters = np.exp(logarithms)
        total = 0.0
        for cohort in inputs["cohorts"]:
            shares = left(parameters, len(cohort) - 1)
            total += -np.diff(cohort) @ np.log(-np.diff(shares)) + cohort[-1] * np.log(shares[-1])
        return -total

    start = np.zeros(count)
    for _ in range(4):
        found = minimize(off, start, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 9000})
        start = found.x
    return np.exp(found.x), -found.fun


def told(inputs, count):
    parameters, likelihood = fit(inputs, count)
    shares = left(parameters, 4000)
    after, ahead = inputs["after"], np.arange(1, 4000 - inputs["after"])
    life = (shares[after + ahead] / shares[after] / (1 + inputs["discount"]) ** (ahead - 1)).sum()
    return parameters, {
        "log-likelihood": Opinion(BY, likelihood, 1e-8),
        "left": Opinion(BY, shares[1 : inputs["periods"] + 1], 1e-5),
        "residual life": Opinion(BY, life, 1e-4),
    }


def shifted_beta_geometric(inputs):
    parameters, figures = told(inputs, 2)
    return {**figures, "parameters": Opinion(BY, parameters, 1e-4)}


def beta_discrete_weibull(inputs):
    return told(inputs, 3)[1]
