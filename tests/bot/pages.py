"""An article in what surrounds it on a page, as somebody copied it out of there."""

from pathlib import Path

ARTICLE = """\
The tankers of the northern fleet made 43 trips to the port of Vostochny between March and \
November, according to the Harbour Institute.

Each of them carried up to 6,000 tonnes of refined oil, which is more than the treaty allows in a \
whole year.

The harbour master declined to say who had ordered the loads, and the ministry did not answer \
written questions.

A pilot who guided several of the ships said that they left at night, without lights and without \
signals."""
SENTENCES = tuple(ARTICLE.split("\n\n"))

MENU = ("Home", "World", "Politics", "Business", "Sport", "Opinion", "Weather", "Podcasts")
BEFORE = "\n".join(MENU)
AFTER = """\
Share on Facebook
Share on Twitter
Read also:
Ferry strike enters its third week
Fishermen count their losses
We use cookies to improve your experience.
Subscribe to our newsletter"""
HEADLINES = """\
Ferry strike enters its third week
Fishermen count their losses
Ministers meet in the capital
Old bridge closed for repairs
Storm warning for the coast
Schools open later this year
New museum draws a crowd
Farmers fear a dry summer"""

COPIED = f"{BEFORE}\n\n{ARTICLE}\n\n{AFTER}\n"
"""All of it: what is kept is `ARTICLE`, and every other line is dropped."""


def copied(file: Path, text: str = COPIED) -> Path:
    """Write a text that somebody copied out of a page, and return the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
