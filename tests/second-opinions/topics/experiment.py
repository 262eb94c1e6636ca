"""Trials: gbstats (GrowthBook's engine), statsmodels, scipy."""
import numpy as np
import statsmodels.api as sm
from gbstats.bayesian.tests import EffectBayesianABTest, EffectBayesianConfig, GaussianPrior
from gbstats.frequentist.tests import FrequentistConfig, SequentialConfig
from gbstats.frequentist.tests import SequentialTwoSidedTTest, TwoSidedTTest
from gbstats.models.statistics import ProportionStatistic, RatioStatistic
from gbstats.models.statistics import RegressionAdjustedStatistic, SampleMeanStatistic
from scipy import integrate, optimize, stats
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from opinion import Opinion


def arm(sums):
    units = int(sums["units"])
    if "hits" in sums:
        return ProportionStatistic(n=units, sum=sums["hits"])
    above = SampleMeanStatistic(n=units, sum=sums["sum"], sum_squares=sums["squares"])
    if "base" not in sums:
        return above
    below = SampleMeanStatistic(n=units, sum=sums["base"], sum_squares=sums["base_squares"])
    return RatioStatistic(
        n=units, m_statistic=above, d_statistic=below, m_d_sum_of_products=sums["products"]
    )


def reading(inputs):
    control, version = arm(inputs["control"]), arm(inputs["version"])
    kind = {"difference_type": "relative" if inputs["relative"] else "absolute"}
    fixed = TwoSidedTTest(control, version, FrequentistConfig(**kind)).compute_result()
    config = SequentialConfig(**kind, sequential_tuning_parameter=inputs["tuning"])
    always = SequentialTwoSidedTTest(control, version, config).compute_result()
    by = "gbstats TwoSidedTTest"
    told = {
        "difference": Opinion(by, fixed.expected, 1e-9),
        "interval": Opinion(by, fixed.ci, 1e-9),
        "p": Opinion(by, fixed.p_value, 1e-9),
        "at any time, interval": Opinion("gbstats SequentialTwoSidedTTest", always.ci, 1e-9),
        "at any time, p": Opinion("gbstats SequentialTwoSidedTTest", always.p_value, 1e-9),
    }
    if "hits" in inputs["control"] and not inputs["relative"]:
        told.update(points(inputs["control"], inputs["version"]))
    mean, variance = inputs["prior"]
    priors = {"flat prior": GaussianPrior(), "normal prior": GaussianPrior(mean, variance, True)}
    for name, prior in priors.items():
        config = EffectBayesianConfig(**kind, prior_effect=prior, prior_type=kind["difference_type"])
        belief = EffectBayesianABTest(control, version, config).compute_result()
        by = "gbstats EffectBayesianABTest"
        told[f"{name}, chance"] = Opinion(by, belief.chance_to_win, 1e-9)
        told[f"{name}, losses"] = Opinion(by, belief.risk, 1e-9)
        told[f"{name}, expected"] = Opinion(by, belief.expected, 1e-9)
    return told


def points(control, version):
    """Rates in points are read with z and the pooled rate; Wald's interval with each arm's own."""
    hits, units = [version["hits"], control["hits"]], [version["units"], control["units"]]
    ends = confint_proportions_2indep(hits[0], units[0], hits[1], units[1], method="wald")
    return {
        "interval": Opinion("statsmodels confint_proportions_2indep", ends, 1e-9),
        "p": Opinion("statsmodels proportions_ztest", proportions_ztest(hits, units)[1], 1e-9),
    }


def beta_rates(inputs):
    def after(arm):
        units, hits = arm
        return stats.beta(hits + inputs["prior"][0], units - hits + inputs["prior"][1])

    control, version = after(inputs["control"]), after(inputs["version"])
    grid = np.linspace(0, 1, 400_001)
    chance = integrate.trapezoid(version.pdf(grid) * control.cdf(grid), grid)
    keeping = integrate.trapezoid(control.cdf(grid) * version.sf(grid), grid)
    taking = integrate.trapezoid(version.cdf(grid) * control.sf(grid), grid)
    by = "scipy beta and trapezoid"
    return {
        "flat prior, chance": Opinion(by, chance, 1e-6),
        "flat prior, losses": Opinion(by, [keeping, taking], 1e-7),
        "flat prior, expected": Opinion(by, version.mean() - control.mean(), 1e-12),
    }


def cuped(inputs):
    def adjusted(arm):
        after, before = np.array(arm[0]), np.array(arm[1])
        one = lambda x: SampleMeanStatistic(n=len(x), sum=x.sum(), sum_squares=(x * x).sum())
        return RegressionAdjustedStatistic(
            n=len(after), post_statistic=one(after), pre_statistic=one(before),
            post_pre_sum_of_products=(after * before).sum(), theta=0,
        )

    control, version = inputs["control"], inputs["version"]
    test = TwoSidedTTest(
        adjusted(control), adjusted(version), FrequentistConfig(difference_type="absolute")
    )
    result = test.compute_result()
    after, before = np.r_[control[0], version[0]], np.r_[control[1], version[1]]
    arms = np.r_[np.zeros(len(control[0])), np.ones(len(version[0]))]
    fit = sm.OLS(after, np.c_[np.ones(len(after)), arms, before]).fit()
    # gbstats takes one slope over both arms together, ours and the regression one within the arms.
    return {
        "difference": Opinion("statsmodels OLS, analysis of covariance", fit.params[1], 1e-9),
        "error": Opinion("gbstats, another slope", np.sqrt(test.variance), 1e-3),
        "interval": Opinion("gbstats, another slope", result.ci, 2e-3),
    }


def split(inputs):
    units, shares = np.array(inputs["units"]), np.array(inputs["shares"])
    found = stats.chisquare(units, units.sum() * shares / shares.sum())
    return {
        "chi square": Opinion("scipy chisquare", found.statistic, 1e-9),
        "p": Opinion("scipy chisquare", found.pvalue, 1e-12),
    }


def means(inputs):
    effect = inputs["difference"] / inputs["deviation"]
    plan = TTestIndPower()
    size = plan.solve_power(effect, None, inputs["alpha"], inputs["power"])
    power = plan.power(effect, inputs["units"], inputs["alpha"])
    # statsmodels adds the far tail, which we leave out as R does: at 100 units it is up to 2 in 10,000.
    degrees, shift = 2 * (inputs["units"] - 1), effect * np.sqrt(inputs["units"] / 2)
    power -= stats.nct.cdf(-stats.t.ppf(1 - inputs["alpha"] / 2, degrees), degrees, shift)
    return {
        "units in each arm": Opinion("statsmodels TTestIndPower", size, 1e-5),
        "power of 100": Opinion("statsmodels TTestIndPower less the far tail", power, 1e-7),
    }


def rates(inputs):
    first, second, alpha = inputs["first"], inputs["second"], inputs["alpha"]

    def power(units):
        pooled = (first + second) / 2
        without = np.sqrt(2 * pooled * (1 - pooled) / units)
        with_ = np.sqrt((first * (1 - first) + second * (1 - second)) / units)
        return stats.norm.sf(stats.norm.isf(alpha / 2) * without, abs(first - second), with_)

    size = optimize.brentq(lambda units: power(units) - inputs["power"], 2, 1e7, xtol=1e-9)
    by = "scipy norm and brentq"
    return {
        "units in each arm": Opinion(by, size, 1e-8),
        "power of 900": Opinion(by, power(inputs["units"]), 1e-9),
    }


def looks(inputs):
    """Bounds by scipy's multivariate normal: each look spends its share, given all looks before."""
    alpha, information = inputs["alpha"] / 2, np.array(inputs["information"])
    spent = {
        "O'Brien-Fleming": lambda t: 2 * stats.norm.sf(stats.norm.isf(alpha / 2) / np.sqrt(t)),
        "Pocock": lambda t: alpha * np.log(1 + (np.e - 1) * t),
        "power 2": lambda t: alpha * t**2,
    }[inputs["spending"]](information)
    found = []
    for look in range(1, len(information) + 1):
        t = information[:look]
        covariance = np.sqrt(np.minimum.outer(t, t) / np.maximum.outer(t, t))

        def inside(bounds):
            bounds = np.array(bounds)
            return stats.multivariate_normal.cdf(
                bounds, cov=covariance, allow_singular=True, lower_limit=-bounds,
                maxpts=2_000_000, abseps=1e-9, releps=1e-9,
            )

        # Two-sided: what is left inside after this look is 1 less twice what one side has spent.
        aim = 1 - 2 * spent[look - 1]
        found.append(optimize.brentq(lambda z: inside(found + [z]) - aim, 0.5, 7.5, xtol=1e-7))
    return {"bounds": Opinion("scipy multivariate_normal", found, 5e-4)}
