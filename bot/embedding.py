"""Which embedder the settings ask for."""

from typing import TYPE_CHECKING

from adapters.embedding import SentenceTransformerEmbedder, cache_folder
from adapters.hashing import HASH_MODEL, HashEmbedder

if TYPE_CHECKING:
    from bot.config import ModelSettings
    from briefs.ports import Embedder


def embedder_for(model: "ModelSettings", *, soon: bool = False) -> "Embedder":
    """Return the embedder that the settings ask for.

    With `soon` it begins to load beside what the caller goes on to do; without, nothing is loaded.
    """
    if model.name == HASH_MODEL:
        return HashEmbedder()
    embedder = model_for(model)
    if soon:
        embedder.begin()
    return embedder


def model_for(model: "ModelSettings") -> SentenceTransformerEmbedder:
    """Return the embedder of a real model; nothing is loaded yet."""
    return SentenceTransformerEmbedder(
        model.name,
        precision=model.precision,
        device=model.device,
        threads=model.threads,
        cache=cache_folder(),
    )
