"""The figures: each is there, and none says of what or of whom."""

import re

from adapters.metrics import PrometheusMeter
from briefs.measuring import Outcome, Stage
from briefs.model import Status
from briefs.parts import Ending


def lines(meter: PrometheusMeter, deliveries: dict[Ending, int] | None = None) -> list[str]:
    """Return what Prometheus would read."""
    return meter.exposition(deliveries).decode().splitlines()


def test_what_is_told_is_shown() -> None:
    """Every call of the meter moves its own figure."""
    meter = PrometheusMeter()
    meter.asked(Outcome.REFUSED)
    meter.took(Stage.SEARCH, 0.02)
    meter.loaded(Status.ADDED)
    meter.indexed(3, 40)
    meter.sent("unknown")
    meter.connected("slack")
    meter.lagged(0.003)
    found = lines(meter, {Ending.HELD: 2})
    for line in (
        'dateline_questions_total{outcome="refused"} 1.0',
        'dateline_questions_total{outcome="answered"} 0.0',
        'dateline_stage_seconds_bucket{le="0.01",stage="search"} 0.0',
        'dateline_stage_seconds_bucket{le="0.025",stage="search"} 1.0',
        'dateline_loads_total{status="added"} 1.0',
        "dateline_index_documents 3.0",
        "dateline_index_sentences 40.0",
        'dateline_posts_total{outcome="unknown"} 1.0',
        'dateline_deliveries{state="held"} 2.0',
        'dateline_deliveries{state="pending"} 0.0',
        'dateline_connections_total{platform="slack"} 1.0',
        'dateline_loop_lag_seconds_bucket{le="0.0025"} 0.0',
        'dateline_loop_lag_seconds_bucket{le="0.005"} 1.0',
    ):
        assert line in found


def test_deliveries_that_cannot_be_counted_are_left_out() -> None:
    """An old number would pass for a new one."""
    meter = PrometheusMeter()
    assert any(line.startswith("dateline_deliveries{") for line in lines(meter, {}))
    assert not any(line.startswith("dateline_deliveries{") for line in lines(meter))


def test_each_meter_counts_for_itself() -> None:
    """There is no registry that is shared."""
    one, other = PrometheusMeter(), PrometheusMeter()
    one.asked(Outcome.FAILED)
    assert 'dateline_questions_total{outcome="failed"} 0.0' in lines(other)


def test_the_labels_are_these() -> None:
    """None of them can hold a collection, an outlet, a channel or a person."""
    meter = PrometheusMeter()
    meter.connected("slack")
    meter.sent("sent")
    text = "\n".join(lines(meter, {}))
    assert set(re.findall(r'[{,](\w+)="', text)) == {
        *("le", "outcome", "platform", "stage", "state", "status"),
    }
