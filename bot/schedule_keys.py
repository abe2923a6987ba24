"""`[[schedules]]`: the schedules of the configuration."""

from collections import Counter
from typing import Annotated, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from adapters.zones import zone_named
from briefs.errors import UsageError
from briefs.scheduling import CatchUp, Origin, Schedule, checked, key_of
from briefs.timing import EXAMPLE, parsed
from briefs.timing_words import cron_of


class ScheduleKeys(BaseModel):
    """A schedule; it is shown in chat, and changed here only."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(description="What it is called; no two schedules share a name.")]
    channel: Annotated[
        str, Field(description="slack:ID, discord:ID, terminal:FILE, or terminal: alone.")
    ]
    cron: Annotated[
        str | None, Field(description=f"Five fields, for example “{EXAMPLE}”; or use when.")
    ] = None
    when: Annotated[
        str | None, Field(description="In words, for example “weekdays at 08:00”; or use cron.")
    ] = None
    timezone: Annotated[str, Field(description="An IANA zone, for example Europe/Berlin.")]
    topic: Annotated[str | None, Field(description="What it is about; unset: everything.")] = None
    collections: Annotated[
        tuple[str, ...],
        Field(description="Which collections; none named: those that the channel may see."),
    ] = ()
    skip_if_empty: Annotated[
        bool, Field(description="Whether to post nothing where nothing is new.")
    ] = False
    catch_up: Annotated[
        CatchUp, Field(description="What becomes of what was missed: latest, all or skip.")
    ] = CatchUp.LATEST
    paused: Annotated[bool, Field(description="Whether it rests.")] = False

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        try:
            schedule = self.schedule
            parsed(schedule.cron, zone_named(schedule.timezone))
        except UsageError as error:
            raise _problem(str(error)) from error
        return self

    @property
    def schedule(self) -> Schedule:
        """The schedule that it sets up.

        Raises:
            UsageError: It cannot be kept.
        """
        if self.when is not None and self.cron is None:
            cron = cron_of(self.when)
        elif self.cron is not None and self.when is None:
            cron = self.cron
        else:
            raise UsageError(
                f'A schedule says when it is due with either cron = "{EXAMPLE}" or when = '
                '"weekdays at 08:00", and not with both.'
            )
        return checked(
            Schedule(
                name=self.name,
                channel=self.channel,
                cron=" ".join(cron.split()),
                timezone=self.timezone.strip(),
                topic=self.topic,
                collections=self.collections,
                catch_up=self.catch_up,
                skip_if_empty=self.skip_if_empty,
                paused=self.paused,
                origin=Origin.CONFIG,
            )
        )


def _distinct(given: tuple[ScheduleKeys, ...]) -> tuple[ScheduleKeys, ...]:
    counted = Counter(key_of(each.name) for each in given)
    twice = [each.name for each in given if counted[key_of(each.name)] > 1]
    if twice:
        raise _problem(f"Two schedules are called “{twice[0]}”; give each a name of its own.")
    return given


def _problem(sentence: str) -> PydanticCustomError:
    """Return an error whose words are a sentence as they stand; whoever shows it ends it."""
    return PydanticCustomError("schedule", "{sentence}", {"sentence": sentence.removesuffix(".")})


Schedules: TypeAlias = Annotated[tuple[ScheduleKeys, ...], AfterValidator(_distinct)]
"""All the schedules of the configuration, no two of one name."""
