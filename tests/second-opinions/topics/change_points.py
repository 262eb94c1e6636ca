"""Places where a level jumped: ruptures' PELT with squares and BIC's price for a place and a level."""
import numpy as np
import ruptures

from opinion import Opinion


def levels(inputs):
    series = np.array(inputs["series"])
    # The noise by first differences, which jumps hardly touch; the price is three times its logarithm of n.
    noise = np.median(np.abs(np.diff(series))) / 0.6745 / np.sqrt(2)
    search = ruptures.Pelt(model="l2", min_size=inputs["least"], jump=1).fit(series)
    places = search.predict(pen=3 * np.log(len(series)) * noise**2)[:-1]
    stretches = np.split(series, places)
    sizes = [after.mean() - before.mean() for before, after in zip(stretches, stretches[1:])]
    by = "ruptures Pelt, l2"
    return {
        "number": Opinion(by, len(places), 0.0),
        "places": Opinion(by, places, 0.0),
        "sizes": Opinion(by, sizes, 1e-9),
    }
