"""What a passage gains where the question names its outlet, or its day of publication.

A gain beats a filter: a name in a question is as often what is asked about.
"""

from typing import Final

import numpy as np

from briefs.asking import Question
from briefs.shard import Scores, Shard

NAMED_OUTLET: Final = 0.11
NAMED_DAY: Final = 0.07
"""In the score of a passage."""


def named_gains(asked: Question, shard: Shard) -> Scores | None:
    """Return what each passage gains; None: nothing that is here is named."""
    facts = shard.facts
    outlets = np.array([asked.names_outlet(each) for each in facts.outlets], dtype=bool)
    days = [
        stated
        for day in asked.days
        if (
            stated := [
                part for part in enumerate((day.year, day.month, day.day)) if part[1] is not None
            ]
        )
    ]
    if not (outlets.any() or days):
        return None
    gain = np.zeros(len(shard.documents), dtype=np.float32)
    # The number of no outlet is -1, and the last of these.
    gain += NAMED_OUTLET * np.append(outlets, False)[facts.outlet_of]
    when = np.zeros(len(shard.documents), dtype=bool)
    for stated in days:
        when |= np.all([facts.published[:, at] == part for at, part in stated], axis=0)
    gain += NAMED_DAY * when
    gained: Scores = gain[shard.passage_owner].astype(np.float32)
    return gained
