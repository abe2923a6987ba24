"""Batches: every text once, little padding, and as much at once as fits the time."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.embedding.batching import STEP_SECONDS, WIDTH, Pace, batches, shared, width
from tests.building import modest


@modest
@given(st.lists(st.integers(1, 512), max_size=300), st.integers(256, 8192), st.integers(1, 9))
def test_every_text_is_in_one_batch_that_fits(
    lengths: list[int], tokens: int, streams: int
) -> None:
    """No text is lost or computed twice; more than one a stream only within the budget."""
    pace = Pace()
    pace.tokens = tokens
    found = list(batches(lengths, pace, streams))
    assert sorted(place for batch in found for place in batch) == list(range(len(lengths)))
    for batch in found:
        widest = max(width(lengths[place]) for place in batch)
        assert len(batch) <= streams or widest * len(batch) <= tokens
    assert all(len(batch) % streams == 0 for batch in found[:-1])


@given(st.lists(st.integers(), max_size=40), st.integers(1, 9))
def test_streams_share_alike(texts: list[int], streams: int) -> None:
    """The shares together are the texts in their order; no share is empty or larger by two."""
    shares = shared(texts, streams)
    assert [text for share in shares for text in share] == texts
    assert len(shares) == min(streams, len(texts))
    sizes = [len(share) for share in shares]
    assert not sizes or max(sizes) - min(sizes) <= 1
    assert 0 not in sizes


def test_little_padding_is_computed() -> None:
    """Of short and long texts in turn, less than a tenth of what is computed is padding."""
    lengths = [20 + 7 * (number % 30) for number in range(512)]
    pace = Pace()
    computed = sum(
        len(batch) * width(max(lengths[place] for place in batch))
        for batch in batches(lengths, pace)
    )
    assert computed < 1.1 * sum(lengths)
    mixed = sum(32 * max(lengths[start : start + 32]) for start in range(0, 512, 32))
    assert mixed > 1.5 * sum(lengths), "unsorted, this would be padding for the most part"


def test_the_pace_follows_the_machine() -> None:
    """It settles where a step takes the time that it should, fast machine or slow."""
    for per_second in (8_000, 40_000):
        pace = Pace()
        for _ in range(12):
            pace.took(pace.tokens, pace.tokens / per_second)
        assert abs(pace.tokens / per_second - STEP_SECONDS) < STEP_SECONDS / 10


def test_the_pace_has_bounds() -> None:
    """A machine that stood still does not leave batches of nothing; a question tells nothing."""
    pace = Pace()
    for _ in range(20):
        pace.took(pace.tokens, 1000)
    assert pace.tokens == 256
    pace.took(WIDTH, 1e-9)
    assert pace.tokens == 256
    for _ in range(20):
        pace.took(pace.tokens, 1e-9)
    assert pace.tokens == 8192
