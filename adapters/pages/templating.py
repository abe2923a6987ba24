"""How every page is made: escaped throughout, and allowed to load nothing.

The template engine escapes whatever is put in, and all of it is made plain before that. A page
carries its own style, and its policy names that style by its hash and allows nothing else.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from adapters import wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The style of a page, as it stands in it."""

    text: Markup
    digest: str
    """By which a policy allows it: "'sha256-…'"."""


def environment(package: str, style: Style) -> Environment:
    """Return what makes pages from the templates of a package."""
    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(wording=wording, style=style.text, policy=policy(style))
    return made


def style_of(*sheets: tuple[str, str]) -> Style:
    """Return the style that some sheets make, each given by its package and its file."""
    # A style ends where its element does: with the line ends around it.
    text = "".join(f"\n{(files(package) / name).read_text('utf-8')}" for package, name in sheets)
    digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Style(text=Markup(text), digest=f"'sha256-{digest}'")  # noqa: S704 - ours


def policy(*styles: Style) -> Markup:
    """Return the policy of pages: they load nothing, run nothing, send nothing."""
    allowed = " ".join(each.digest for each in styles)
    return Markup(  # noqa: S704 - ours
        f"default-src 'none'; style-src {allowed}; base-uri 'none'; form-action 'none'"
    )


def _plain(shown: object) -> object:
    """Return what is put in without anything that steers; what is markup is ours already."""
    return wording.plain(shown) if type(shown) is str else shown
