"""Where to draw the line: the posterior probability at which the expected F1 is highest."""

import numpy as np

AUTO_MERGE_AT = 0.99
REVIEW_AT = 0.1
LOWEST, HIGHEST = 0.4, 0.95


def best_threshold(probabilities: np.ndarray) -> float:
    """The threshold with the highest F1 to be expected if the probabilities are right."""
    if not len(probabilities):
        return 0.5
    ordered = np.sort(probabilities)[::-1]
    expected = 2 * np.cumsum(ordered) / (np.arange(1, len(ordered) + 1) + ordered.sum())
    return float(np.clip(ordered[int(expected.argmax())], LOWEST, HIGHEST))
