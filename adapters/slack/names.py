"""What Slack sends back when somebody clicks or submits, and how a reply is looked at."""

import re

SOURCES = "answer_sources"
SHARE = "answer_share"
HELPFUL = "answer_helpful"
UNHELPFUL = "answer_unhelpful"

EDIT = "source_edit"
REMOVE = "source_remove"
CANCEL = "source_cancel"
PAGE_PREVIOUS = "source_page_previous"
PAGE_NEXT = "source_page_next"

SCHEDULE = "schedule_times"
"""The form that a schedule is filled in; submitting it shows when it would be due."""
SCHEDULE_SAVE = "schedule_save"
ADD = "source_add"
EDIT_SAVE = "source_edit_save"
WHY = "verdict_why"

SCHEDULE_NAME = "schedule_name"
SCHEDULE_CHANNEL = "schedule_channel"
SCHEDULE_WHEN = "schedule_when"
SCHEDULE_ZONE = "schedule_zone"
"""Also asked for its options while somebody types."""
SCHEDULE_TOPIC = "schedule_topic"
SCHEDULE_COLLECTIONS = "schedule_collections"
SCHEDULE_CATCH_UP = "schedule_catch_up"
SCHEDULE_SKIP = "schedule_skip"

ADD_FILES = "add_files"
ADD_URLS = "add_urls"
ADD_COLLECTION = "add_collection"
ADD_OUTLET = "add_outlet"
ADD_PUBLISHED = "add_published"

EDIT_TITLE = "edit_title"
EDIT_OUTLET = "edit_outlet"
EDIT_AUTHOR = "edit_author"
EDIT_PUBLISHED = "edit_published"

WHY_TEXT = "why_text"

FIELDS = frozenset(
    {
        SCHEDULE_NAME,
        SCHEDULE_CHANNEL,
        SCHEDULE_WHEN,
        SCHEDULE_ZONE,
        SCHEDULE_TOPIC,
        SCHEDULE_COLLECTIONS,
        SCHEDULE_CATCH_UP,
        SCHEDULE_SKIP,
        ADD_FILES,
        ADD_URLS,
        ADD_COLLECTION,
        ADD_OUTLET,
        ADD_PUBLISHED,
        EDIT_TITLE,
        EDIT_OUTLET,
        EDIT_AUTHOR,
        EDIT_PUBLISHED,
        WHY_TEXT,
    }
)
"""The block ids of all fields; a field's action id is the same."""

USER = re.compile(r"[UW][A-Z0-9]+")
CHANNEL = re.compile(r"[CDG][A-Z0-9]+")
PREFIX = "slack:"
