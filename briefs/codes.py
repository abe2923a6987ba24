"""Vectors at eight bits a number, and the most that a product of them can be wrong by.

To find what is near to a question, a quarter of the bytes is read; what may be among the best is
then looked at in full precision. Because the error has a bound, nothing that belongs there is
missed: this is for speed alone, and moves no result.
"""

from dataclasses import dataclass
from functools import cache

import numkong
import numpy as np
from numpy.typing import NDArray

from briefs.model import Vector, Vectors

_LARGEST = 127
_BLOCK = 256
"""Rows that are rounded at once: they stay in a processor's cache."""
_SLACK = 1e-5
"""For the rounding of the sums of products themselves."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Codes:
    """Rows as whole numbers from -127 to 127, each row with its own scale."""

    numbers: NDArray[np.int8]
    """Shape (rows, dimensions)."""
    scales: NDArray[np.float32]
    """What a row's numbers are multiplied by: shape (rows,)."""
    longest: float
    """The greatest length of a row of numbers, times its scale."""
    lost: float
    """The greatest distance between a row and what its numbers say."""

    def products(self, vector: Vector, runs: list[list[int]]) -> tuple[NDArray[np.float32], float]:
        """Return about the product of each row of some runs with a vector, and the bound.

        The rest is 0. After the last row there is one more number: see `Shard.best_sentence`.
        """
        products = np.zeros((len(self.numbers) + 1, 1), dtype=np.float32)
        asked, scale, lost = _rounded(vector[None])
        for first, last in runs:
            if last > first:
                # Sums of whole numbers: exact in any order, and not moved by other rows.
                numkong.cdist(self.numbers[first:last], asked, "dot", out=products[first:last])
        rows = products[:, 0]
        for first, last in runs:
            rows[first:last] *= self.scales[first:last]
        rows *= scale[0]
        length = float(np.linalg.norm(vector))
        bound = self.lost * length + self.longest * float(lost[0])
        return rows, bound + _SLACK * (self.longest + self.lost) * length


@cache
def products_are_right() -> bool:
    """Say whether sums of products at eight bits come out exact on this processor.

    There is a kernel for each kind of processor, and what a wrong one finds nobody would notice.
    """
    rows = (np.arange(67 * 1021) * 7919 % 255 - 127).astype(np.int8).reshape(67, 1021)
    for length in (1, 24, 384, 768, 1021):
        some = np.ascontiguousarray(rows[:, :length])
        found = np.zeros((len(some), 1), dtype=np.float32)
        numkong.cdist(some, some[-1:], "dot", out=found)
        exact = some.astype(np.int64) @ some[-1].astype(np.int64)
        if not np.array_equal(found[:, 0], exact.astype(np.float32)):
            return False
    return True


def codes_of(vectors: Vectors) -> Codes:
    """Return vectors at eight bits a number."""
    numbers = np.empty(vectors.shape, dtype=np.int8)
    scales = np.empty(len(vectors), dtype=np.float32)
    longest = most = 0.0
    for first in range(0, len(vectors), _BLOCK):
        rows = vectors[first : first + _BLOCK]
        block = slice(first, first + len(rows))
        numbers[block], scales[block], lost = _rounded(rows)
        most = max(most, float(lost.max()))
        longest = max(longest, float(np.sqrt(np.vecdot(rows, rows).max())))
    return Codes(numbers=numbers, scales=scales, longest=longest + most, lost=most)


def _rounded(
    vectors: Vectors,
) -> tuple[NDArray[np.int8], NDArray[np.float32], NDArray[np.float32]]:
    """Return vectors as whole numbers, each row's scale, and what is lost of its length."""
    greatest = np.abs(vectors).max(axis=1)
    scales = np.where(greatest > 0, greatest / np.float32(_LARGEST), np.float32(1))
    near = vectors * (1 / scales)[:, None]
    np.rint(near, out=near)
    numbers = near.astype(np.int8)
    near *= scales[:, None]
    near -= vectors
    return numbers, scales, np.sqrt(np.vecdot(near, near))
