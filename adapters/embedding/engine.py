"""What runs a model: the words that both ways of running one share."""

from collections.abc import Generator, Sequence
from typing import Literal, Protocol, TypeAlias

from briefs.model import Vectors

Precision: TypeAlias = Literal["auto", "full", "bf16", "int8"]
"""bf16 is bfloat16: twice the speed or more where the CPU computes in it, and vectors that agree
with full precision to a cosine of 0.9999. auto uses it where the CPU has it. int8 has weights of
eight bits: for a CPU without bfloat16, at the price of vectors that agree to 0.998 only."""

Form: TypeAlias = Literal["full", "bf16", "int8"]
"""A precision that is decided."""


class Engine(Protocol):
    """A model in memory."""

    @property
    def form(self) -> Form:
        """The precision that documents are computed in."""

    def steps(self, texts: Sequence[str], *, query: bool) -> Generator[None, None, Vectors]:
        """Embed a little at each step, and return one unit vector a text at the end."""


def at_once(engine: Engine, texts: Sequence[str], *, query: bool) -> Vectors:
    """Take all steps of an engine; return the vectors."""
    steps = engine.steps(texts, query=query)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            vectors: Vectors = end.value
            return vectors
