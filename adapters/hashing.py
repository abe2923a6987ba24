"""An embedder that needs no model: it matches words, not meanings.

It stands in for the model where the machinery is tried and not the answers: kill loops, load
tests, a first look on a machine without room for PyTorch. `model.name = "hash"` chooses it.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from briefs.lexical import terms
from briefs.model import Vectors
from briefs.ports import Progressed, unheard

HASH_MODEL = "hash"
DIMENSIONS = 384


class HashEmbedder:
    """An `Embedder` by feature hashing (Weinberger et al., 2009): a signed bucket for each stem."""

    name = HASH_MODEL

    async def identity(self) -> str:
        """Return a constant: the same text always gets the same vector."""
        return "hash:1"

    async def ready(self, progressed: Progressed = unheard) -> None:
        """There is nothing to wait for."""

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row a question."""
        return _hashed(texts)

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text."""
        return _hashed(texts)

    def close(self) -> None:
        """There is nothing to let go of."""


def _hashed(texts: Sequence[str]) -> Vectors:
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in enumerate(texts):
        for term in terms(text):
            # hash() differs between processes; these bytes do not.
            digest = hashlib.blake2b(term.encode(), digest_size=4).digest()
            bucket = int.from_bytes(digest[:3], "big") % DIMENSIONS
            vectors[row, bucket] += 1.0 if digest[3] & 1 else -1.0
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
