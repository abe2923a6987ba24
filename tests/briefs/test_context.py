"""What a sentence needs to be understood, and where it is found."""

import pytest
from hypothesis import given

from briefs.context import LONGEST, LONGEST_WHOLE, context_of, stands_alone
from briefs.model import Context
from briefs.splitting import split
from tests.building import HOSTILE, document, modest, prose


def context(text: str, quoted: str) -> str | None:
    """Return the context of the sentence of a text that begins so."""
    article = document(text)
    segments = split(text)
    (sentence,) = [
        each for each in segments.sentences if text[each.start : each.end].startswith(quoted)
    ]
    found = context_of(article, segments, sentence)
    return found.quote if found else None


@pytest.mark.parametrize(
    "sentence",
    [
        # pronouns
        "He added that the port was closed.",
        "She’d left by then.",
        "His office did not reply.",
        "It also sank a ferry.",
        "They left on Monday.",
        "Their boats are old.",
        "Its annual imports are capped at 500 tonnes.",
        "This came as a surprise.",
        "That deal fell through.",
        "These boats are old.",
        "Those questions remain.",
        "Such a step would be costly.",
        "Both were arrested.",
        "Both countries signed it.",
        "The two leaders met in Norham.",
        "The latter is older.",
        "The former was sold.",
        "Another was found in the harbour.",
        "Others disagree.",
        "Some of them were full.",
        "Two were killed.",
        "The latest trip was on November 5.",
        # connectives
        "However, the harbour stayed open.",
        "But the harbour stayed open.",
        "And the harbour stayed open.",
        "Meanwhile, Ann Roe left the harbour.",
        "According to him, the harbour is closed.",
        "In return, Norham sent boats.",
        "The same day, Norham sent boats.",
        "Two days later, Norham sent boats.",
        "Also, the harbour is closed.",
        "That said, the harbour is open.",
        "There, the boats were loaded.",
        # after something else
        "In October, he said the port was closed.",
        "On Monday they left the port.",
        "Last year it sank three boats.",
        "Despite these flaws, Norham bought the boats.",
        "Now, she said, the port is closed.",
        "At that time, Norham had no boats.",
        "Police said he was arrested in the port.",
        # nouns that say nothing
        "The company said the boats were old.",
        "The report found that the boats were old.",
        "The minister denied that the boats were old.",
        # quotations
        "“The boats are old.”",
        '"The boats are old and the harbour is closed."',
        "“The boats of Norham are old,” he said.",
        "“The boats of Norham are old,” said the minister.",
        "“He is a friend of the harbour,” Ann Roe said.",
        "We are expecting people to leave.",
        "which is why the boats are old.",
    ],
)
def test_a_sentence_that_hangs(sentence: str) -> None:
    """A reader of it alone would ask who, what or why."""
    assert not stands_alone(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The boats left the harbour.",
        "Ann Roe said that she had left the harbour.",
        "It is raining in Norham.",
        "It is not clear whether the boats left.",
        "It is still not known why the boats left.",
        "Roe: “The boats are old and slow.”",
        "It’s too early to tell who won the election.",
        "It was the first time that Norham sent boats.",
        "It took the crew a week to raise the boat.",
        "It was Ann Roe who found the boat.",
        "This year the harbour closed.",
        "This week, Norham sent boats.",
        "Those who left the harbour were paid.",
        "There is no evidence that the boats left.",
        "When tankers arrive, they wait for the tide.",
        "After Ann Roe resigned, she left Norham.",
        "Despite his age, Mr Roe rowed to Norham.",
        "In his speech, Ann Roe praised the harbour.",
        "Both Norham and Osport sent boats.",
        "So far the boats have not left.",
        "In return for oil, Norham sent boats.",
        "As a result of the storm, the harbour closed.",
        "Later in May, the harbour closed.",
        "Still waters run deep in the harbour.",
        "A man said he had left the harbour.",
        "Captain Roe and his crew left the harbour.",
        "“The boats are old,” said Ann Roe.",
        "“We are leaving the harbour,” said Ann Roe, its captain.",
        "His Majesty the King of Norham left the harbour.",
        "He Jiankui was released from prison in Norham.",
        "IT departments in Norham are short of staff.",
        "The company of the Norham Players is touring the harbour.",
        "The former minister of Norham has left the harbour.",
        "The two Norhams are at war.",
        "43 boats left the harbour.",
        # other languages and scripts
        "Er sagte, dass die Schiffe alt sind.",
        "Also kam er in die Stadt und sah das Schiff.",
        "Il a ajouté que le port est fermé.",
        "他说船已经离开了。",
        "Он сказал, что порт закрыт.",
        "Her gün yeni bir gemi geliyor.",
        "",
        "…",
    ],
)
def test_a_sentence_that_stands_alone(sentence: str) -> None:
    """It names what it speaks of, or the rules do not know its language."""
    assert stands_alone(sentence)


@pytest.mark.parametrize(
    ("text", "quoted", "shown"),
    [
        # the sentence before, where something goes on with it
        ("The boats left. However, the port stayed open.", "However", "The boats left."),
        ("The boats left. This was a surprise.", "This", "The boats left."),
        ("The firm sank two boats. It also sold a port.", "It also", "The firm sank two boats."),
        ("A storm came up.\nBut the port stayed open.", "But", "A storm came up."),
        # with the one before that where it hangs itself
        (
            "The boats left. They were full. But they came back.",
            "But",
            "The boats left. They were full.",
        ),
        ("The boats left.\nThey were full.\nBut they came back.", "But", "They were full."),
        # who is meant
        ("Ann Roe resigned. She left Norham.", "She", "Ann Roe resigned."),
        (
            "Ann Roe resigned. The port was closed all day. She left Norham.",
            "She",
            "Ann Roe resigned.",
        ),
        (
            "Ann Roe resigned. The port was closed all day. But she left Norham.",
            "But she",
            "Ann Roe resigned. The port was closed all day.",
        ),
        ("A fisherman was hurt. He was taken to Norham.", "He", "A fisherman was hurt."),
        # who speaks
        (
            "“It is over,” Ann Roe said. “The boats are old and slow.”",
            "“The boats",
            "“It is over,” Ann Roe said.",
        ),
        (
            "“The boats are old and slow. They have to go,” Ann Roe said.",
            "“The boats",
            None,
        ),
        # a heading is passed over, and only taken where there is nothing else
        ("Boats left.\nA heading of it\nBut the port is open.", "But", "Boats left."),
        ("The old port of Norham\nIt was closed in May.", "It", "The old port of Norham"),
        ("Update\nIt was closed in May.", "It", None),
        # nothing fits
        ("He left the port. The boats were full.", "He", None),
        ("The boats were full. He left the port.", "He", None),
        ("“The boats are old and slow.”", "“The", None),
        ("The boats left. The port of Norham was closed.", "The port", None),
    ],
)
def test_the_context_names_what_is_meant(text: str, quoted: str, shown: str | None) -> None:
    """It stands before the sentence, as near as there is one that fits."""
    assert context(text, quoted) == shown


def test_of_a_long_sentence_only_the_name_is_shown() -> None:
    """Where all that is needed is a name."""
    long = f"Ann Roe said that the boats {'were old and the boats ' * 20}left."
    assert len(long) > LONGEST_WHOLE
    assert context(f"{long} She left Norham.", "She") == "Ann Roe"
    assert context(f"{long} But the port is open.", "But") == long


def test_a_context_is_never_too_long() -> None:
    """Better none than a page."""
    longer = f"The boats {'were old and the boats ' * 40}left."
    assert context(f"{longer} But the port is open.", "But") is None


@modest
@given(prose())
def test_whatever_the_text(text: str) -> None:
    """A context is a span of the article that is not the sentence, and not after trimming empty."""
    article, segments = document(text), split(text)
    for sentence in segments.sentences:
        found = context_of(article, segments, sentence)
        assert found == context_of(article, segments, sentence)
        if found is None:
            continue
        assert isinstance(found, Context)
        assert 0 <= found.start < found.end <= len(text)
        assert found.quote.strip()
        assert found.end <= sentence.start or found.start >= sentence.end
        assert len(found.quote) <= LONGEST
        assert not stands_alone(text[sentence.start : sentence.end])


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_long_sentence_takes_no_longer_than_its_length_allows(name: str) -> None:
    """It is looked at as far as a sentence goes that a person would quote."""
    stands_alone(HOSTILE[name])
    text = f"{HOSTILE[name][:20_000]} Yes.\nShe left."
    article, segments = document(text), split(text)
    context_of(article, segments, segments.sentences[-1])
