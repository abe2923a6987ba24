"""What a source is called where nobody is to learn how the server's folders are named."""

import re
from pathlib import PurePosixPath, PureWindowsPath

from adapters import wording

_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")
# Not after a letter or a colon: an address of a page is no path of this machine.
_PATH = re.compile(r"(?<![\w:/.<])(?:/[^/\s“”\"'<>|]+)+/(?=[^/\s])")
_WINDOWS_PATH = re.compile(r"(?<!\w)[A-Za-z]:\\(?:[^\\\s“”\"']+\\)*(?=[^\\\s])")


def file_name(source: str) -> str:
    """Return a source's address, or of a file only its name."""
    if source.startswith(("http://", "https://")):
        return wording.plain(source)
    path = PureWindowsPath(source) if _WINDOWS.match(source) else PurePosixPath(source)
    return wording.plain(path.name) or "a file"


def without_paths(text: str, source: str) -> str:
    """Return a sentence that names files without their folders."""
    if not source.startswith(("http://", "https://")) and source:
        text = text.replace(source, file_name(source))
    return wording.plain(_WINDOWS_PATH.sub("", _PATH.sub("", text)))
