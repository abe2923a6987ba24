"""Words and stems."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import Stemmer

STOP_WORDS: Final = frozenset(
    """a about after again all also am an and any are as at be because been before being between
    both but by can could did do does doing done during each either else ever few for from further
    get gets give given got had has have having he her here hers herself him himself his how i if
    in into is it its itself just let like many me might more most much must my myself no nor not
    now of off on once only or other our ours out over own per please really same say says shall
    she should since so some such tell than that the their theirs them themselves then there these
    they this those through thus to too under until up upon very was we were what when where
    whether which while who whom whose why will with within without would yet you your
    yours""".split()
)

# "U.S." and "D.P.R.K." are one word; so is "4.8", and so is "2,000".
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\d+(?:[.,]\d+)*|[^\W_]+")
_GROUPED = re.compile(r",(?=\d{3}(?!\d))")


@lru_cache(maxsize=20_000)
def known_terms(sentence: str) -> tuple[str, ...]:
    """Return the terms of a sentence that is likely to be looked at again."""
    return tuple(terms(sentence))


def terms(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order and with repetitions."""
    return [stem(word) for word in content_words(text)]


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, in small letters, in order."""
    return [small for _, small in written_words(text)]


def written_words(text: str) -> list[tuple[str, str]]:
    """Return the words that carry meaning, each as it is written and as `content_words` has it."""
    return [
        (written, word.casefold())
        for written, word in _words(text)
        # A country is no pronoun: "US" and "us", "IT" and "it".
        if word.casefold() not in STOP_WORDS or (len(word) > 1 and word.isupper())
    ]


def _words(text: str) -> Iterable[tuple[str, str]]:
    for match in _WORD.finditer(text.replace("’", "'")):
        word = match.group()
        if word[0].isdigit():
            yield word, _GROUPED.sub("", word)
        elif "." in word:
            yield word, word.replace(".", "")
        elif len(word) > 1 or not word.isascii():
            # A single letter is what an apostrophe leaves behind: "Russia's", "don't".
            yield word, word


def folded(word: str) -> str:
    """Return a word without accents: who types "Celoron" means "Céloron"."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFKD", word)
    bare = "".join(each for each in apart if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", bare)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the English Snowball stem of a word in small letters, without its accents."""
    # A stemmer must not be used by two threads at once; a new one takes microseconds to make.
    return str(Stemmer.Stemmer("english", 0).stemWord(folded(word)))
