"""What an independent program says of one figure."""
from dataclasses import dataclass

import numpy as np


@dataclass
class Opinion:
    """Who says it, the figures, and how far ours may be off: a share of theirs where that is above 1."""

    by: str
    theirs: object
    tolerance: float

    def values(self):
        return [float(value) for value in np.atleast_1d(np.asarray(self.theirs, dtype=float)).ravel()]
