"""From what a loader found to what the library keeps: cleaned, completed by its head, checked."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace

from briefs.byline import Head, read_head
from briefs.cleaning import clean
from briefs.cues import cue
from briefs.errors import SourceError
from briefs.joining import blocks
from briefs.model import LoadedFile, Origination, Stated
from briefs.pages import is_page, is_prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A source as it goes into the library."""

    loaded: LoadedFile
    """Its text is cleaned, its facts are those that count."""
    origination: Origination


def digest_of(loaded: LoadedFile) -> str:
    """Return what tells whether a loader found anything else than before."""
    facts = (
        loaded.title,
        loaded.outlet,
        loaded.author,
        None if loaded.published is None else loaded.published.isoformat(),
        loaded.url,
        loaded.text,
    )
    return hashlib.sha256(repr(facts).encode("utf-8", "backslashreplace")).hexdigest()


def prepared(
    loaded: LoadedFile, stated: Stated, restored: Collection[int] = (), digest: str | None = None
) -> Prepared:
    """Return a source cleaned, with what its head and a person say of it.

    Args:
        loaded: What a loader found.
        stated: What a person says; it beats everything else.
        restored: Numbers of dropped lines that stay.
        digest: Of what the loader found, where that is not in `loaded` any more.

    Raises:
        SourceError: There is no article in it.
    """
    head = read_head(loaded.text) if loaded.bare else Head()
    cleaned = clean(loaded.text, restored=restored, head=head, extracted=loaded.extracted)
    if loaded.bare and not cleaned.text.strip():
        # A text that is all head is no head.
        head = Head()
        cleaned = clean(loaded.text, restored=restored, head=head)
    if cleaned.dropped and not restored and _is_only_navigation(loaded.text, cleaned.text):
        raise SourceError("there is no article in it, only navigation")
    if not any(character.isalnum() for character in cleaned.text):
        raise SourceError("there is no text in it")
    published = stated.published or loaded.published or head.published
    return Prepared(
        loaded=replace(
            loaded,
            text=cleaned.text,
            title=stated.title or (head.title if loaded.bare else None) or loaded.title,
            outlet=stated.outlet or loaded.outlet or head.outlet,
            author=stated.author or loaded.author or head.author,
            published=published,
            # What a loader could not find is found after all.
            notes=loaded.notes if published is None else (),
        ),
        origination=Origination(
            digest=digest or digest_of(loaded),
            raw=loaded.text if cleaned.dropped or restored else None,
            dropped=cleaned.dropped,
            restored=tuple(sorted(set(restored))),
            stated=stated,
            bare=loaded.bare,
            extracted=loaded.extracted,
            via=loaded.via,
        ),
    )


def _is_only_navigation(raw: str, cleaned: str) -> bool:
    found = blocks(raw)
    page = is_page(found, [cue(block.text) for block in found])
    return page and not any(is_prose(line) for line in cleaned.split("\n"))
