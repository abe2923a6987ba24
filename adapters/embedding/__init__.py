"""The embedding model: exported once, run by a light runtime, in a worker thread of its own.

sentence-transformers is the way that any model comes in and the measure of every other way; where a
model cannot be exported it runs it, too. Neither it nor torch is imported where an export is there.
"""

from adapters.embedding.embedder import SentenceTransformerEmbedder
from adapters.embedding.engine import Precision
from adapters.embedding.exports import cache_folder
from adapters.embedding.models import DEFAULT_MODEL, PackagedModel, verified

__all__ = [
    "DEFAULT_MODEL",
    "PackagedModel",
    "Precision",
    "SentenceTransformerEmbedder",
    "cache_folder",
    "verified",
]
