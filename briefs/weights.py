"""What the signals of `briefs.ranking` weigh: fitted, do not edit by hand.

Written by benchmarks/fit.py on 2026-11-22 from paragraphs of SQuAD 2.0, CC BY-SA 4.0
(answerable.jsonl, absent.jsonl). Figures are of questions held back:

696 questions with an answer, 446 without, 4 folds.
ranked_at_1 0.795, ranked_at_3 0.925.
cited_at_5 0.951.
Caught at 5% false refusals: 0.935.
That is below a confidence of 0.410.
"""

from typing import Final

SENTENCE: Final = {
    "cosine": 4.085,
    "best_cosine": 9.912,
    "passage_cosine": 5.606,
    "coverage": 2.575,
    "passage_coverage": 4.376,
    "best_coverage": 1.013,
    "before": 4.372,
    "around": 0.240,
    "pairs": 1.955,
    "says_more": 1.479,
    "quantity": 1.033,
    "day": 2.290,
    "person": 2.213,
    "place": 1.874,
    "described": 3.486,
}

CONFIDENCE: Final = {
    "cosine": 13.809,
    "agreement": 11.039,
    "coverage": 3.511,
}

INTERCEPT: Final = -14.039
