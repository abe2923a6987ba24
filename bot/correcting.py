"""Corrections: whoever revises or removes a document is told what has cited it.

What cites it is marked when it is shown, and the next brief of a channel says so by itself.
"""

import asyncio
import logging
from dataclasses import replace

from briefs.briefing import Briefs
from briefs.errors import LibraryError
from briefs.model import Receipt, Status
from briefs.ports import Answers, Receipts

_log = logging.getLogger(__name__)


class Correcting:
    """Counts the kept answers and briefs that cite what was changed."""

    def __init__(self, answers: Answers, briefs: Briefs) -> None:
        """Look into what is kept."""
        self._answers = answers
        self._briefs = briefs

    async def noted(self, receipts: Receipts) -> Receipts:
        """Return receipts that tell of each changed document what cites it as it was."""
        try:
            return await asyncio.to_thread(self._noted, receipts)
        except LibraryError as error:
            # What was to be done is done; that nobody can say what cites it is no failure of it.
            _log.error("nobody can tell what cites the changed articles: %s", error)
            return receipts

    def _noted(self, receipts: Receipts) -> Receipts:
        return replace(receipts, receipts=tuple(map(self._with_note, receipts.receipts)))

    def _with_note(self, receipt: Receipt) -> Receipt:
        document = receipt.document
        if document is None or not _changes_what_was_cited(receipt.status, document.revision):
            return receipt
        answers = len(self._answers.citing(document.id))
        briefs = len(self._briefs.citing(document.id))
        if not answers and not briefs:
            return receipt
        return replace(receipt, notes=(*receipt.notes, _note(answers, briefs)))


def _changes_what_was_cited(status: Status, revision: int) -> bool:
    # What comes back after it was removed has had other revisions, too.
    came_back = status is Status.ADDED and revision > 1
    return came_back or status in {Status.UPDATED, Status.REMOVED}


def _note(answers: int, briefs: int) -> str:
    parts = [
        f"{number:,} {noun}{'' if number == 1 else 's'}"
        for number, noun in ((answers, "kept answer"), (briefs, "past brief"))
        if number
    ]
    one = answers + briefs == 1
    return (
        f"{' and '.join(parts)} {'cites' if one else 'cite'} it as it was; "
        f"{'it says' if one else 'they say'} so when {'it is' if one else 'they are'} shown"
    )
