"""The forms: adding and editing sources, setting a schedule up, and saying why."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from adapters import wording
from adapters.slack import names
from adapters.slack.blocks import note, quoted_sections
from adapters.slack.fields import (
    View,
    chosen,
    field,
    field_errors,
    metadata,
    modal,
    options,
    state,
    text_input,
    typed,
)
from adapters.slack.schedule_forms import (
    ScheduleDraft,
    read_schedule,
    schedule_form,
    schedule_of,
    times_form,
    zone_options,
)
from briefs.errors import UsageError
from briefs.model import Document, Published, Stated

__all__ = [
    "AddDraft",
    "EditDraft",
    "ScheduleDraft",
    "WhyDraft",
    "add_form",
    "edit_form",
    "field_errors",
    "read_add",
    "read_edit",
    "read_schedule",
    "read_why",
    "schedule_form",
    "schedule_of",
    "times_form",
    "why_form",
    "zone_options",
]

_MOST_FILES = 10
_URLS = 3_000
_TITLE = 1_000
_NAME = 300
_DATE = 40
_WHY = 1_000
_DATE_HINT = "As 2024-11-22, or with its time: 2024-11-22T08:00+01:00"
_KEPT_HINT = "What is left empty stays as it is."


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDraft:
    """What is to be added, as it was filled in."""

    opened_in: str
    """The Slack id of the channel that the form was opened in."""
    files: tuple[dict[str, Any], ...] = ()
    """As Slack describes them; each has at least an `id`."""
    urls: tuple[str, ...] = ()
    collection: str | None = None
    outlet: str | None = None
    published: str | None = None
    """As it was typed."""
    response_url: str | None = None

    @property
    def stated(self) -> Stated:
        """What is said of the sources.

        Raises:
            UsageError: What was typed as the date is none.
        """
        return Stated(outlet=self.outlet, published=_date(self.published))


@dataclass(frozen=True, slots=True, kw_only=True)
class EditDraft:
    """What is said of a document, as it was filled in: only what was changed."""

    opened_in: str
    document: str
    """Its id."""
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    """As it was typed."""

    @property
    def stated(self) -> Stated:
        """What is said of the document.

        Raises:
            UsageError: What was typed as the date is none.
        """
        return Stated(
            title=self.title,
            outlet=self.outlet,
            author=self.author,
            published=_date(self.published),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyDraft:
    """Why an answer was not helpful, if anything was said."""

    opened_in: str
    answer: str
    why: str | None = None


def add_form(
    channel_id: str, collections: Sequence[str] = (), response_url: str | None = None
) -> View:
    """Return the form that sources are added with."""
    files = {"type": "file_input", "action_id": names.ADD_FILES, "max_files": _MOST_FILES}
    blocks = [
        field(names.ADD_FILES, "Files", files, optional=True),
        text_input(
            names.ADD_URLS,
            "Addresses of pages or feeds",
            most=_URLS,
            hint="Several are parted by spaces or lines.",
            optional=True,
            multiline=True,
        ),
    ]
    choices = options(collections)
    if len(choices) > 1:
        select = {
            "type": "static_select",
            "action_id": names.ADD_COLLECTION,
            "options": choices,
            "initial_option": choices[0],
        }
        blocks.append(field(names.ADD_COLLECTION, "Collection", select))
    blocks += [
        text_input(names.ADD_OUTLET, "Outlet", most=_NAME, optional=True, hint="If they say none."),
        text_input(names.ADD_PUBLISHED, "Published", most=_DATE, optional=True, hint=_DATE_HINT),
    ]
    carried = {"channel": channel_id}
    if response_url is not None:
        carried["response_url"] = response_url
    return modal("Add sources", "Add", names.ADD, carried, blocks)


def read_add(view: View) -> AddDraft:
    """Return what was filled in to be added."""
    carried = metadata(view)
    urls = (each.strip("<>,") for each in (typed(view, names.ADD_URLS) or "").split())
    return AddDraft(
        opened_in=carried["channel"],
        files=tuple(state(view, names.ADD_FILES).get("files") or ()),
        urls=tuple(dict.fromkeys(each for each in urls if each)),
        collection=chosen(view, names.ADD_COLLECTION),
        outlet=typed(view, names.ADD_OUTLET),
        published=typed(view, names.ADD_PUBLISHED),
        response_url=carried.get("response_url"),
    )


def edit_form(document: Document, channel_id: str) -> View:
    """Return the form that says what a document's source does not."""
    filled = _filled(document)
    fields = (
        (names.EDIT_TITLE, "Title", _TITLE, _KEPT_HINT),
        (names.EDIT_OUTLET, "Outlet", _NAME, None),
        (names.EDIT_AUTHOR, "Author", _NAME, None),
        (names.EDIT_PUBLISHED, "Published", _DATE, _DATE_HINT),
    )
    blocks = [
        text_input(name, label, most=most, hint=hint, value=filled[name], optional=True)
        for name, label, most, hint in fields
    ]
    carried = {
        "channel": channel_id,
        "document": document.id,
        "filled": {name: _digest(value) for name, value in filled.items() if value},
    }
    return modal("Edit source", "Save", names.EDIT_SAVE, carried, blocks)


def read_edit(view: View) -> EditDraft:
    """Return what was changed of a document: what a person left as it was is not what they say."""
    carried = metadata(view)
    return EditDraft(
        opened_in=carried["channel"],
        document=carried["document"],
        title=_changed(view, names.EDIT_TITLE, carried["filled"]),
        outlet=_changed(view, names.EDIT_OUTLET, carried["filled"]),
        author=_changed(view, names.EDIT_AUTHOR, carried["filled"]),
        published=_changed(view, names.EDIT_PUBLISHED, carried["filled"]),
    )


def why_form(answer_id: str, channel_id: str, question: str | None = None) -> View:
    """Return the form that asks why an answer was not helpful."""
    asked = [] if not question else quoted_sections(f"“{question}”")[:1]
    blocks = [
        *asked,
        *note("Your verdict is noted. If you like, say what was wrong or missing."),
        text_input(names.WHY_TEXT, "Why", most=_WHY, optional=True, multiline=True),
    ]
    carried = {"channel": channel_id, "answer": answer_id}
    return modal("Not helpful", "Send", names.WHY, carried, blocks)


def read_why(view: View) -> WhyDraft:
    """Return what was said of an answer."""
    carried = metadata(view)
    return WhyDraft(
        opened_in=carried["channel"],
        answer=carried["answer"],
        why=typed(view, names.WHY_TEXT),
    )


def _filled(document: Document) -> dict[str, str | None]:
    when = document.published
    return {
        names.EDIT_TITLE: _one_line(document.title),
        names.EDIT_OUTLET: _one_line(document.outlet),
        names.EDIT_AUTHOR: _one_line(document.author),
        names.EDIT_PUBLISHED: None if when is None else when.isoformat(),
    }


def _one_line(text: str | None) -> str | None:
    """Return what a field of one line shows of a text: it comes back as it was sent."""
    return wording.plain(text or "") or None


def _changed(view: View, name: str, filled: Mapping[str, str]) -> str | None:
    value = typed(view, name)
    unchanged = value is not None and filled.get(name) == _digest(value)
    return None if unchanged else value


def _digest(text: str) -> str:
    """Return what a value is recognised by: a form cannot carry much of it."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def _date(stated: str | None) -> Published | None:
    """Return a date as precise as it was typed.

    Raises:
        UsageError: It is none.
    """
    if stated is None:
        return None
    written = re.sub(r"(?<=\d) +(?=\d)", "T", stated.strip())
    try:
        return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
    except ValueError:
        raise UsageError(
            f"“{stated}” is no date. Write 2024-11-22 or 2024-11-22T08:00+01:00."
        ) from None
