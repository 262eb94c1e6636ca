"""Credit for conversions: ChannelAttribution's rules, and chains, sets and decay by numpy."""
import ChannelAttribution as package
import numpy as np
import pandas as pd

from opinion import Opinion

OWN = "numpy, written anew"


def credit(inputs):
    paths, channels = inputs["paths"], inputs["channels"]
    table = pd.DataFrame({
        "path": [" > ".join(f"c{touch:02d}" for touch in touches) for touches, *_ in paths],
        "conversions": [path[1] for path in paths],
        "value": [path[2] for path in paths],
    })
    rules = package.heuristic_models(table, "path", "conversions", var_value="value", flg_pro=False)
    rules = rules.set_index("channel_name").reindex([f"c{k:02d}" for k in range(channels)]).fillna(0)
    by = "ChannelAttribution heuristic_models"
    effects, chance = chain(paths, channels)
    lost = lost_value(paths, channels)
    value = sum(path[2] for path in paths)
    return {
        "first touch": Opinion(by, rules["first_touch_conversions"], 1e-9),
        "last touch": Opinion(by, rules["last_touch_conversions"], 1e-9),
        "linear touch": Opinion(by, rules["linear_touch_conversions"], 1e-9),
        "position based": Opinion(OWN, weighted(paths, channels, position), 1e-9),
        "time decay": Opinion(OWN, weighted(paths, channels, decay(inputs["half_life"])), 1e-9),
        "removal effects": Opinion(OWN, effects, 1e-9),
        "Markov credit of value": Opinion(OWN, value * lost / lost.sum(), 1e-9),
        "chance to convert": Opinion(OWN, chance, 1e-9),
        "Shapley credit": Opinion(OWN, shapley(paths, channels), 1e-9),
    }


def weighted(paths, channels, weigh):
    credit = np.zeros(channels)
    for touches, conversions, _, _ in paths:
        weights = weigh(len(touches))
        np.add.at(credit, touches, conversions * weights / weights.sum())
    return credit


def position(count):
    return np.ones(count) if count < 3 else np.r_[0.4, np.full(count - 2, 0.2 / (count - 2)), 0.4]


def decay(half_life):
    return lambda count: 0.5 ** (np.arange(count)[::-1] / half_life)


def chain(paths, channels):
    """Removal effects by powers of the whole matrix of transitions, self-loops kept."""
    start, converted, lost = channels, channels + 1, channels + 2
    counts = np.zeros((channels + 3, channels + 3))
    for touches, conversions, _, nulls in paths:
        for one, other in zip([start] + touches, touches):
            counts[one, other] += conversions + nulls
        counts[touches[-1], converted] += conversions
        counts[touches[-1], lost] += nulls
    counts[converted, converted] = counts[lost, lost] = 1
    moves = counts / np.where(counts.sum(1) > 0, counts.sum(1), 1)[:, None]

    def chance(removed):
        without = moves.copy()
        if removed is not None:
            without[removed] = 0
            without[removed, lost] = 1
        for _ in range(60):
            without = without @ without
        return without[start, converted]

    whole = chance(None)
    return np.array([1 - chance(channel) / whole for channel in range(channels)]), whole


def lost_value(paths, channels):
    """The value lost without each channel: one end for conversions after each last touch, worth their mean."""
    start, null, ends = channels, channels + 1, channels + 2
    counts = np.zeros((ends + channels, ends + channels))
    earned = np.zeros(channels)
    for touches, conversions, value, nulls in paths:
        for one, other in zip([start] + touches, touches):
            counts[one, other] += conversions + nulls
        counts[touches[-1], ends + touches[-1]] += conversions
        counts[touches[-1], null] += nulls
        earned[touches[-1]] += value
    after = np.array([counts[k, ends + k] for k in range(channels)])
    worth = np.divide(earned, after, out=np.zeros(channels), where=after > 0)
    for end in [null, *range(ends, ends + channels)]:
        counts[end, end] = 1
    moves = counts / np.where(counts.sum(1) > 0, counts.sum(1), 1)[:, None]

    def brings(removed):
        without = moves.copy()
        if removed is not None:
            without[removed] = 0
            without[removed, null] = 1
        for _ in range(60):
            without = without @ without
        return without[start, ends:] @ worth

    whole = brings(None)
    return np.array([1 - brings(channel) / whole for channel in range(channels)])


def shapley(paths, channels):
    """The mean of what each channel adds over sets, by the sum over all subsets."""
    from itertools import combinations
    from math import factorial

    earned = {}
    for touches, conversions, _, _ in paths:
        key = frozenset(touches)
        earned[key] = earned.get(key, 0) + conversions
    if channels > 12:
        raise ValueError("too many channels for all subsets")
    sizes = [factorial(k) * factorial(channels - k - 1) / factorial(channels) for k in range(channels)]
    masks = np.zeros(2**channels)
    for key, conversions in earned.items():
        masks[sum(1 << channel for channel in key)] += conversions
    for channel in range(channels):
        bit = 1 << channel
        has = (np.arange(2**channels) & bit) > 0
        masks[has] += masks[np.nonzero(has)[0] ^ bit]
    credit = np.zeros(channels)
    for channel in range(channels):
        others = [k for k in range(channels) if k != channel]
        for size in range(channels):
            for chosen in combinations(others, size):
                mask = sum(1 << k for k in chosen)
                credit[channel] += sizes[size] * (masks[mask | 1 << channel] - masks[mask])
    return credit
