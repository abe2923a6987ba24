"""How much may be asked for: by one person, and by all together."""

import pytest

from bot.throttling import REMEMBERED, Throttle
from briefs.errors import UserError


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        """Begin."""
        self.now = 100.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


def ask(throttle: Throttle, person: str | None = "slack:U1") -> None:
    """Ask once."""
    with throttle.admitted(person):
        pass


def test_one_who_asks_too_often_is_told_when_to_ask_again(clock: Clock) -> None:
    """And then may; others are not held up."""
    throttle = Throttle(3, clock=clock)
    for _ in range(3):
        ask(throttle)
    with pytest.raises(UserError, match=r"3 times within a minute.* in 20 seconds"):
        ask(throttle)
    ask(throttle, "slack:U2")
    clock.now += 20
    ask(throttle)
    with pytest.raises(UserError, match="in 20 seconds"):
        ask(throttle)


def test_nothing_is_saved_up_beyond_a_minute(clock: Clock) -> None:
    """However long somebody was silent."""
    throttle = Throttle(2, clock=clock)
    clock.now += 10_000
    ask(throttle)
    ask(throttle)
    with pytest.raises(UserError):
        ask(throttle)


def test_the_operator_is_never_held_up(clock: Clock) -> None:
    """Whoever may start the program may ask."""
    throttle = Throttle(1, queue=1, clock=clock)
    with throttle.admitted("slack:U1"):
        for _ in range(5):
            ask(throttle, None)


def test_the_queue_is_bounded(clock: Clock) -> None:
    """What does not fit is refused at once, and goes when there is room again."""
    throttle = Throttle(10, queue=1, clock=clock)
    with throttle.admitted("slack:U1"), pytest.raises(UserError, match="So many people"):
        ask(throttle, "slack:U2")
    ask(throttle, "slack:U2")


def test_what_failed_makes_room(clock: Clock) -> None:
    """A question that ends in an error is no longer at work."""
    throttle = Throttle(10, queue=1, clock=clock)
    with pytest.raises(KeyError), throttle.admitted("slack:U1"):
        raise KeyError
    ask(throttle)


def test_the_memory_is_bounded(clock: Clock) -> None:
    """However many people ask."""
    throttle = Throttle(1, clock=clock)
    for number in range(REMEMBERED + 50):
        ask(throttle, f"slack:U{number}")
    assert len(throttle._buckets) == REMEMBERED
