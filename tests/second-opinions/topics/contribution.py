"""What moved a figure: the logarithmic mean Divisia index, and all orders, by numpy."""
from itertools import permutations

import numpy as np

from opinion import Opinion

OWN = "numpy, written anew"


def factors(inputs):
    before, after = np.array(inputs["before"]), np.array(inputs["after"])
    return {
        "LMDI": Opinion(OWN, divisia(before, after), 1e-9),
        "Shapley": Opinion(OWN, orders(before, after), 1e-9),
    }


def segments(inputs):
    pairs = zip(inputs["before"], inputs["after"])
    return {"LMDI": Opinion(OWN, sum(divisia(np.array(a), np.array(b)) for a, b in pairs), 1e-9)}


def divisia(before, after):
    old, new = before.prod(), after.prod()
    mean = old if new == old else (new - old) / (np.log(new) - np.log(old))
    return mean * np.log(after / before)


def orders(before, after):
    effects, count = np.zeros(len(before)), 0
    for order in permutations(range(len(before))):
        now = before.copy()
        for factor in order:
            was = now.prod()
            now[factor] = after[factor]
            effects[factor] += now.prod() - was
        count += 1
    return effects / count
