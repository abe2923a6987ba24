"""Measuring how late the event loop is: what holds it up holds up everybody."""

import asyncio

from briefs.measuring import Meter

BEAT_SECONDS = 0.25
"""How long the loop is asked to wait each time."""


async def watch_lag(meter: Meter, beat_seconds: float = BEAT_SECONDS) -> None:
    """Measure, until cancelled, how much later than asked the event loop wakes up."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + beat_seconds
        await asyncio.sleep(beat_seconds)
        meter.lagged(loop.time() - due)
