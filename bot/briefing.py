"""Composing briefs, keeping them, and coming back to them: the work behind the commands."""

import asyncio
import hashlib
import re
import time
from dataclasses import replace
from datetime import date

from bot.materials import Laid, Materials
from briefs.brief import Brief
from briefs.briefing import (
    Briefed,
    BriefListing,
    Briefs,
    ComposeBrief,
    Edition,
    Explain,
    Explained,
    KeptBrief,
    Line,
    ListBriefs,
)
from briefs.composing import BriefSettings, Composed, compose
from briefs.errors import UsageError
from briefs.measuring import UNMEASURED, Meter, Stage, timed
from briefs.ports import Place, Progress, Progressed
from briefs.scheduling import PLATFORMS

LONGEST_TOPIC = 200
"""Characters of a topic."""

LONGEST_SENTENCE = 2_000
"""Characters of a sentence that is asked about."""

LISTED = 20
"""How many briefs a list shows."""

_LOOKED_THROUGH = 500
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Briefing:
    """Composes briefs for places, keeps them, and explains them."""

    def __init__(
        self,
        *,
        materials: Materials,
        briefs: Briefs,
        settings: BriefSettings,
        meter: Meter = UNMEASURED,
    ) -> None:
        """Take the parts."""
        self._meter = meter
        self._materials = materials
        self._briefs = briefs
        self._settings = settings

    async def compose(
        self,
        wanted: ComposeBrief,
        place: Place,
        progressed: Progressed,
        occurrence: str | None = None,
    ) -> Briefed:
        """Compose a brief from what a place may see, and keep it, but for a preview.

        Args:
            wanted: What is to be composed.
            place: Where it will be seen.
            progressed: Is told what takes long.
            occurrence: The id of the delivery that it is composed for, where it is to be delivered:
                it does not count as told if that fails.

        Raises:
            UserError: The topic is none, or the database or the model cannot be used.
        """
        wanted = _checked(wanted, place)
        with timed(self._meter, Stage.BRIEF, time.perf_counter):
            return await self._composed_and_kept(wanted, place, progressed, occurrence)

    async def _composed_and_kept(
        self, wanted: ComposeBrief, place: Place, progressed: Progressed, occurrence: str | None
    ) -> Briefed:
        line = _line(wanted)
        laid = await self._materials.laid(wanted, line, place, progressed)
        started = time.perf_counter()
        composed = await self._composed(laid, progressed)
        elapsed = (time.perf_counter() - started) * 1000
        brief = replace(_complete(composed.brief, laid, wanted), elapsed_ms=elapsed)
        briefed = Briefed(brief=brief, kept=False, loaded=laid.loaded)
        # Of no documents and no changes there is nothing to come back to, and what is new next time
        # is still new since the brief before.
        if wanted.preview or not (brief.documents or brief.changes):
            return briefed
        edition = Edition(
            brief=brief.id,
            title=brief.title,
            channel=wanted.channel,
            topic=wanted.topic,
            composed_at=brief.period.until,
            collections=place.collections,
            snapshot=laid.snapshot,
            occurrence=occurrence,
        )
        await asyncio.to_thread(self._briefs.keep, brief, edition)
        return replace(briefed, kept=True)

    async def explain(self, wanted: Explain, place: Place, progressed: Progressed) -> Explained:
        """Say whether and why a sentence is in a brief.

        Raises:
            UserError: The sentence or the topic is none, or the database or the model cannot be
                used.
        """
        text = wanted.text.strip()
        if not text or len(text) > LONGEST_SENTENCE or not _is_unicode(text):
            raise UsageError(
                f"Give the sentence to explain in 1 to {LONGEST_SENTENCE:,} characters of plain "
                "text."
            )
        asked = _checked(wanted.brief, place)
        line = _line(asked)
        last = None
        if line is not None:
            last = await asyncio.to_thread(self._briefs.last, line, place.collections)
        if last is not None and last.edition.within(place.collections):
            laid = await self._materials.again(last, place, progressed)
            brief = last.brief.id
        else:
            laid = await self._materials.laid(asked, line, place, progressed)
            brief = None
        composed = await self._composed(laid, progressed)
        why = await asyncio.to_thread(composed.why, text)
        completed = _complete(composed.brief, laid, asked)
        return Explained(text=text, brief=brief or completed.id, why=why)

    async def show(self, wanted: str, place: Place) -> KeptBrief:
        """Return a kept brief to a place that may see all that it was composed from.

        Raises:
            UsageError: There is none that may be seen from there, or there are several.
        """
        editions: tuple[KeptBrief, ...] = ()
        if _ID.fullmatch(wanted):
            editions = await asyncio.to_thread(self._briefs.kept, wanted)
        # What may not be seen is as if it were not there.
        found = [each for each in editions if each.edition.within(place.collections)]
        found.sort(key=lambda each: each.edition.channel != place.channel)
        if not found:
            shown = wanted if _ID.fullmatch(wanted) else "of that id"
            raise UsageError(f"There is no brief {shown}. A list of briefs shows the ids.")
        ids = sorted({each.brief.id for each in found})
        if len(ids) > 1 and wanted not in ids:
            raise UsageError(
                f"{len(ids)} briefs begin with {wanted}: {', '.join(ids[:5])}. Type more of the id."
            )
        return next(each for each in found if wanted == each.brief.id or len(ids) == 1)

    async def listing(self, wanted: ListBriefs, place: Place) -> BriefListing:
        """List the kept briefs that a place may see all of, the newest first."""
        channel = place.channel if wanted.here else None
        editions = await asyncio.to_thread(self._briefs.history, _LOOKED_THROUGH, channel)
        topic = None if wanted.topic is None else _topic(wanted.topic)
        found = [
            each
            for each in editions
            if each.within(place.collections) and (topic is None or _same(topic, each.topic))
        ]
        return BriefListing(editions=tuple(found[:LISTED]))

    async def _composed(self, laid: Laid, progressed: Progressed) -> Composed:
        progressed(Progress(what="Composing the brief", done=0, total=0))
        return await asyncio.to_thread(compose, laid.material, self._settings)


def _checked(wanted: ComposeBrief, place: Place) -> ComposeBrief:
    """Return a command with its topic in order, and with the channel that is meant.

    Raises:
        UsageError: The topic is none, or the channel is not theirs to speak for.
    """
    channel = place.channel if wanted.here else wanted.channel
    if channel is not None and not _is_channel(channel):
        raise UsageError("Name a channel as slack:C0123, discord:987 or terminal:FILE.")
    if channel not in {None, place.channel} and not place.admin:
        raise UsageError("Only an admin can compose a brief for another channel.")
    topic = None if wanted.topic is None else _topic(wanted.topic)
    return replace(wanted, topic=topic, channel=channel)


def _is_channel(named: str) -> bool:
    platform, colon, _ = named.partition(":")
    return bool(colon) and platform in PLATFORMS and named.isprintable()


def _topic(typed: str) -> str:
    topic = " ".join(typed.split())
    if not topic or len(topic) > LONGEST_TOPIC or not topic.isprintable():
        raise UsageError(
            f"Give a topic in 1 to {LONGEST_TOPIC} printable characters, for example “oil "
            "deliveries”."
        )
    return topic


def _line(wanted: ComposeBrief) -> Line | None:
    return None if wanted.channel is None else Line(channel=wanted.channel, topic=wanted.topic)


def _complete(brief: Brief, laid: Laid, wanted: ComposeBrief) -> Brief:
    """Return a brief that says what a date left out, and of what only a part was looked at."""
    if laid.revised:
        one = laid.revised == 1
        revised = (
            f"Of {laid.revised:,} revised {'article' if one else 'articles'} only what is new in "
            f"{'it' if one else 'them'} was compared."
        )
        brief = replace(brief, notes=(*brief.notes, revised))
    # The date is an input that the composed brief knows nothing of.
    emptied = laid.material.emptied
    note = emptied or _left_out(laid, wanted.since)
    if note is None:
        return brief
    digest = hashlib.sha256(f"{brief.id}\0{note}".encode()).hexdigest()
    brief = replace(brief, id=digest[: len(brief.id)])
    # Of nothing it says why itself, and what has no date.
    return brief if emptied else replace(brief, notes=(*brief.notes, note))


def _left_out(laid: Laid, since: date | None) -> str | None:
    if not laid.left_out or since is None:
        return None
    one = laid.left_out == 1
    return (
        f"{laid.left_out:,} {'article' if one else 'articles'} without a date "
        f"{'was' if one else 'were'} left out, because only those published since "
        f"{since.isoformat()} were asked for."
    )


def _same(topic: str, other: str | None) -> bool:
    return other is not None and topic.casefold() == " ".join(other.casefold().split())


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
