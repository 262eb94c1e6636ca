"""Trends: pyMannKendall."""
import pymannkendall

from opinion import Opinion

BY = "pymannkendall"


def told(found):
    return {
        "S": Opinion(BY, found.s, 1e-12),
        "variance": Opinion(BY, found.var_s, 1e-12),
        "z": Opinion(BY, found.z, 1e-9),
        "p": Opinion(BY, found.p, 1e-9),
        "tau": Opinion(BY, found.Tau, 1e-9),
        "slope": Opinion(BY, found.slope, 1e-9),
    }


def trend(inputs):
    found = pymannkendall.original_test(inputs["series"])
    corrected = pymannkendall.hamed_rao_modification_test(inputs["series"])
    return {
        **told(found),
        "intercept": Opinion(BY, found.intercept, 1e-9),
        "corrected z": Opinion(BY, corrected.z, 1e-9),
        "corrected p": Opinion(BY, corrected.p, 1e-9),
    }


def seasonal(inputs):
    return told(pymannkendall.seasonal_test(inputs["series"], period=inputs["period"]))
