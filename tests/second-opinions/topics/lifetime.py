"""Customer value: lifetimes."""
import numpy as np
from lifetimes import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
from scipy.optimize import minimize

from opinion import Opinion


def fitted(fitter, log_likelihood, *columns):
    """The fit of lifetimes, polished by scipy, since it stops early on flat tops."""
    fitter.fit(*columns)
    start = np.log(fitter.params_.values)
    for _ in range(3):
        found = minimize(
            lambda p: -log_likelihood(np.exp(p)), start, method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 8000, "maxfev": 8000},
        )
        start = found.x
    fitter.params_[:] = np.exp(found.x)
    return -found.fun


def told(fitter, name, likelihood, inputs, frequency, recency, age):
    expect = fitter.conditional_expected_number_of_purchases_up_to_time
    expected = np.asarray(expect(inputs["weeks"], frequency, recency, age))
    alive = np.asarray(fitter.conditional_probability_alive(frequency, recency, age))
    by, shown = f"lifetimes {name}", inputs["shown"]
    return {
        "parameters": Opinion(f"{by}, polished by scipy", fitter.params_.values, 1e-4),
        "log-likelihood": Opinion(by, likelihood, 1e-7),
        "alive": Opinion(by, alive[:shown], 1e-5),
        "expected": Opinion(by, expected[:shown], 5e-5),
        "expected in all": Opinion(by, expected.sum(), 5e-5),
    }


def columns(inputs):
    return [np.array(column, dtype=float) for column in zip(*inputs["history"])]


def bg(inputs):
    data = columns(inputs)
    fitter = BetaGeoFitter()
    one = lambda p: -BetaGeoFitter._negative_log_likelihood(np.log(p), *data, np.ones(len(data[0])), 0)
    likelihood = fitted(fitter, lambda p: one(p) * len(data[0]), *data)
    return told(fitter, "BetaGeoFitter", likelihood, inputs, *data)


def mbg(inputs):
    data = columns(inputs)
    fitter = ModifiedBetaGeoFitter()
    one = lambda p: -ModifiedBetaGeoFitter._negative_log_likelihood(
        np.log(p), *data, np.ones(len(data[0])), 0
    )
    likelihood = fitted(fitter, lambda p: one(p) * len(data[0]), *data)
    return told(fitter, "ModifiedBetaGeoFitter", likelihood, inputs, *data)


def pareto(inputs):
    data = columns(inputs)
    fitter = ParetoNBDFitter()
    likelihood = fitted(
        fitter, lambda p: ParetoNBDFitter._conditional_log_likelihood(p, *data).sum(), *data
    )
    return told(fitter, "ParetoNBDFitter", likelihood, inputs, *data)


def known_pareto(inputs):
    """Parameters that are given, not fitted."""
    data = columns(inputs)
    fitter = ParetoNBDFitter()
    fitter.fit(*data, maxiter=1, iterative_fitting=1)
    fitter.params_[:] = inputs["parameters"]
    likelihood = ParetoNBDFitter._conditional_log_likelihood(np.array(inputs["parameters"]), *data).sum()
    return told(fitter, "ParetoNBDFitter", likelihood, inputs, *data)


def spend(inputs):
    history = [(count, paid) for count, paid in inputs["history"] if paid is not None and paid > 0]
    count, paid = [np.array(column, dtype=float) for column in zip(*history)]
    fitter = GammaGammaFitter()
    one = lambda p: -GammaGammaFitter._negative_log_likelihood(np.log(p), count, paid, np.ones(len(count)), 0)
    fitted(fitter, lambda p: one(p) * len(count), count, paid)
    shown = inputs["history"][: inputs["shown"]]
    of = lambda place: np.array([row[place] or 0.0 for row in shown], dtype=float)
    expected = fitter.conditional_expected_average_profit(of(0), of(1))
    return {
        "parameters": Opinion("lifetimes GammaGammaFitter, polished by scipy", fitter.params_.values, 1e-4),
        "expected spend": Opinion("lifetimes GammaGammaFitter", expected, 5e-5),
    }
