"""The forms that Discord shows: why an answer was not helpful, and what is known of a document."""

from collections.abc import Mapping

import discord

from adapters.discord import names
from adapters.typed import command
from adapters.wording import plain
from briefs.errors import UserError
from briefs.model import Document, Stated
from briefs.ports import EditSource

WHY = "why"
EDITED = "edited"

_TITLE = 45
_FACTS = {"title": 400, "outlet": 200, "author": 200, "published": 40}
_LABELS = {
    "title": "Title",
    "outlet": "Outlet",
    "author": "Author",
    "published": "Published, as 2024-11-22",
}


def why_form(answer: str) -> discord.ui.Modal:
    """Return the form that asks why an answer was not helpful."""
    form = discord.ui.Modal(
        title="What is wrong with the answer?", custom_id=names.custom_id(WHY, answer), timeout=600
    )
    form.add_item(
        discord.ui.TextInput(
            label="Why was it not helpful?",
            custom_id=WHY,
            style=discord.TextStyle.paragraph,
            max_length=1_000,
            required=False,
        )
    )
    return form


def edit_form(document: Document) -> discord.ui.Modal:
    """Return the form that edits what is known of a document."""
    title = plain(document.title) or "this article"
    heading = f"Edit {title}"
    form = discord.ui.Modal(
        title=heading if len(heading) <= _TITLE else f"{heading[: _TITLE - 1]}…",
        custom_id=names.custom_id(EDITED, document.id),
        timeout=600,
    )
    published = "" if document.published is None else document.published.isoformat()
    known = {
        "title": plain(document.title),
        "outlet": plain(document.outlet or ""),
        "author": plain(document.author or ""),
        "published": published,
    }
    for name, most in _FACTS.items():
        form.add_item(
            discord.ui.TextInput(
                label=_LABELS[name],
                custom_id=name,
                default=known[name][:most] or None,
                max_length=most,
                required=False,
            )
        )
    return form


def stated_in(filled: Mapping[str, str]) -> Stated:
    """Return what was filled in of a document; what is empty says nothing.

    Raises:
        UserError: The date is none.
    """
    published = filled.get("published") or None
    when = None
    if published is not None:
        read = command(f'/source edit x --published "{published.replace(chr(34), "")}"')
        if not isinstance(read, EditSource):
            raise UserError("This is no date. Write it as 2024-11-22.")
        when = read.stated.published
    return Stated(
        title=filled.get("title") or None,
        outlet=filled.get("outlet") or None,
        author=filled.get("author") or None,
        published=when,
    )
