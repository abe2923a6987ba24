"""From bytes to clean Unicode text."""

import codecs
import unicodedata

from charset_normalizer import from_bytes

from briefs.errors import SourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(data: bytes) -> str:
    r"""Return the text of a file: NFC, lines ended by "\n", no control characters.

    UTF-8 where it is that; what a byte order mark says; else the likeliest encoding.

    Raises:
        SourceError: These bytes are no text.
    """
    text = _unicode(data).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    kept = "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
    )
    return unicodedata.normalize("NFC", kept.replace("\t", " "))


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
        best = from_bytes(data).best()
        if best is None:
            raise SourceError("its encoding cannot be told; save it as UTF-8") from None
        return str(best)
