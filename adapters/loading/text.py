"""The heading that a text begins with."""

import re

from briefs.splitting import LONGEST_HEADING_WORDS, words

_ENDS_SENTENCE = re.compile(r"[.!?…:;]['\"”’»)\]]*$")

_GOES_ON = re.compile(r"[^\S\n]*[a-z\d]")


def first_line_title(text: str) -> tuple[str | None, str]:
    """Return the heading that a text begins with, and the text after it; None for no heading."""
    first, _, rest = text.partition("\n")
    title = first.strip()
    is_title = (
        title
        and rest.strip()
        and words(title) <= LONGEST_HEADING_WORDS + 4
        and not _ENDS_SENTENCE.search(title)
        # A sentence that goes on in the next line: "… molecules of O" and "2 are …".
        and not _GOES_ON.match(rest)
    )
    return (title, rest.lstrip()) if is_title else (None, text)
