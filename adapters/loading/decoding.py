"""From bytes to clean Unicode text."""

import codecs
import re
import unicodedata

from briefs.errors import SourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def decoded(data: bytes) -> str:
    r"""Return the text of a file: NFC, lines ended by "\n", no control characters.

    UTF-8 where it is that, or all but a few bytes, which become U+FFFD; what a byte order mark
    says; else the likeliest encoding.

    Raises:
        SourceError: These bytes are no text.
    """
    text = _LINE_ENDS.sub("\n", _unicode(data))
    return unicodedata.normalize("NFC", without_controls(text).replace("\t", " "))


def without_controls(text: str) -> str:
    """Return a text without control characters and lone surrogates; line ends and tabs stay."""
    return "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
    )


def _unicode(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding).removeprefix("\ufeff")
            except UnicodeDecodeError as error:
                raise SourceError(
                    f"it begins as {encoding} and then is not ({error.reason})"
                ) from error
    if b"\0" in data:
        raise SourceError("it is no text file (it has NUL bytes in it)")
    try:
        return data.decode()
    except UnicodeDecodeError:
        nearly = data.decode(errors="replace")
        bad = nearly.count("\ufffd")
        if sum(1 for character in nearly if not character.isascii()) > 2 * bad:
            # Bytes of another encoding hardly ever make a character of UTF-8: these are UTF-8, a
            # few of them damaged, and any other reading would spoil all the rest.
            return nearly
        from charset_normalizer import from_bytes  # noqa: PLC0415 - hardly ever needed

        best = from_bytes(data).best()
        if best is None:
            raise SourceError("its encoding cannot be told; save it as UTF-8") from None
        return str(best)
