"""Sentences and passages: where a text is cut, and that nothing of it is lost."""

from itertools import pairwise

import pytest
from hypothesis import given

from briefs.splitting import LONGEST_HEADING_WORDS, OVERLAP_WORDS, PASSAGE_WORDS, split, words
from tests.building import HOSTILE, modest, prose

# A bar stands where a text is to be cut.
HARD = [
    # titles and initials
    "Mr. Brown met Dr. Lee on Monday. | They talked.",
    "J. R. Smith wrote it. | Nobody read it.",
    "A. B. Carter won. | C. D. Moss lost.",
    "John F. Kennedy spoke. | The crowd listened.",
    "Gen. Park and Sen. Cole voted. | The bill passed.",
    "Lt. Col. Ann Roe spoke. | Nobody answered.",
    "Rep. Ann Roe spoke. | Gov. Hale did not.",
    "Mrs. Dale, 62, of Port Ella, Ore., won. | She smiled.",
    "He has a Ph.D. in history. | She has none.",
    # abbreviations
    "Prices rose, e.g. for bread and milk. | Wages did not.",
    "One port, i.e. the northern one, is closed. | The other is open.",
    "She works for Acme Inc. in Ohio. | He does not.",
    "The buyer is Acme Corp. | The seller is unknown.",
    "The firm, Moss & Co., left. | Others stayed.",
    "It was Smith et al. who found it. | Others agreed.",
    "It was 3.5 percent vs. 2.1 percent. | Growth slowed.",
    "The St. Mary river rose. | Mt. Hood stayed dry.",
    "The museum, est. 1901, is closed. | It leaks.",
    "The fort (built c. 1500) fell. | It was rebuilt.",
    "The bill, H.R. 1234, failed. | It was long.",
    "The deal (signed in Jan.) holds. | It ends soon.",
    "From Jan. 5 to Feb. 3 it rained. | Then it stopped.",
    # references
    "See No. 7 on the list. | It is long.",
    "No. 7 is the last one. | The rest are gone.",
    "The ship (see Fig. 3) sank. | It was old.",
    "Vol. 3 is lost. | Vol. 4 is not.",
    "Read pp. 3-7 and p. 9. | The rest is dull.",
    "It costs approx. 40 euros. | That is cheap.",
    "The mission failed. [1] | It was repeated.",
    # an answer is no reference
    "Did he agree? | No. | He left.",
    "He said no. | He left.",
    # initialisms
    "The U.S. Army left. | The U.N. stayed.",
    "The U.S.-led force left. | The locals stayed.",
    "He lives in the U.S. | The police know.",
    "He flew to Washington, D.C. | The police met him.",
    "The Office of Storms (O.S.) | The police know it.",
    "The U.K.'s navy sailed. | France’s did not.",
    "U.S. President Ann Roe spoke. | Nobody heard.",
    "The N.Y. Times said so. | The Post did not.",
    # datelines
    "KYIV, Nov. 22 (Reuters) - The port opened. | Ships came.",
    "PORT ELLA, Sept. 3 (AP) — The mill is closed. | It burned.",
    # times
    "The meeting began at 5 p.m. EST on Friday. | It ended late.",
    "It ended at 5 p.m. local time. | The crowd left.",
    "It ended at 5 p.m. | The crowd left.",
    "It starts at 9 a.m. and ends at noon. | Bring food.",
    # numbers
    "It cost 4.8 million. | That was too much.",
    "He paid $2.50 per kg. | She paid $3.",
    "The firm grew 5% in Q3. | It hired 1,200 people.",
    "The ship sailed on Nov. 22. | It sank in Dec. 2023.",
    # quotations
    "“We will not go,” she said. | “Never.”",
    '"Is it over?" he asked. | "Yes," she said.',
    "“Is it over?” he asked. | Nobody answered.",
    "‘It is done.’ | He left.",
    "He said: “Go home. Stay there.” | They went.",
    "She said “no.” | He agreed.",
    '"Stop!" | The guard shouted.',
    "“The tide came. The boats left,” he said. | Nobody heard.",
    # other marks
    "Yahoo! announced a sale. | Shares rose.",
    "Who, when, where?! | Nobody said.",
    "Wait... what happened? | Nobody knows.",
    "They waited... | The train never came.",
    "He paused… then left. | The room was quiet.",
    "Visit example.com for more. | It is free.",
    "He arrived on time. she did not.",
    "The tide came. | (It was low.) | The boats left.",
    "The tide came (it was low). | The boats left.",
    # items
    "- The tide came. | It left.",
    "• The tide came. | It left.",
    "▪ The tide came. | It left.",
    "1. Open the door. | Close it.",
    "(2) Open the door. | Close it.",
]
LIMITS = [
    "The vote was held at the U.N. | Nobody came.",
    "He was promoted to Capt. | Nobody cheered.",
    "It was plan B. | Nobody liked it.",
    "The boats left… | Nobody came.",
    "Phone sales fell. | eBay rose.",
]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, headings too."""
    return [text[cut.start : cut.end] for cut in split(text).sentences]


def headings(text: str) -> list[str]:
    """Return the headings of a text."""
    return [text[cut.start : cut.end] for cut in split(text).sentences if cut.heading]


@pytest.mark.parametrize(
    "marked",
    [
        *HARD,
        *(
            pytest.param(limit, marks=pytest.mark.xfail(strict=True, reason="a known limit"))
            for limit in LIMITS
        ),
    ],
)
def test_hard_cases_are_cut_where_a_reader_would(marked: str) -> None:
    """Abbreviations, initials, references, times, quotations and items are no ends."""
    assert sentences(marked.replace(" | ", " ")) == marked.split(" | ")


def test_a_script_without_spaces_is_cut_too() -> None:
    """Other languages at least tolerably."""
    assert sentences("他走了。她留下了。") == ["他走了。", "她留下了。"]


def test_a_line_is_a_block_of_its_own() -> None:
    """No sentence runs over the end of a line, whatever the line ends with."""
    text = "The harbour is closed because of\nthe storm. It opens on Monday."
    assert sentences(text) == [
        "The harbour is closed because of",
        "the storm.",
        "It opens on Monday.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "A harbour closed",
        "What is in it for the harbour?",
        "Boats, nets and men",
        "- an item without an end",
        " ".join(["word"] * LONGEST_HEADING_WORDS),
    ],
)
def test_a_short_line_without_an_end_is_a_heading(line: str) -> None:
    """So is a short question: as a statement it would say nothing."""
    assert headings(f"{line}\nThe boats left.") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "The boats left.",
        "The boats left!",
        "The boats left…",
        "“The boats left.”",
        "These boats left:",
        "The boats left;",
        " ".join(["word"] * (LONGEST_HEADING_WORDS + 1)),
        " ".join(["Is"] + ["word"] * LONGEST_HEADING_WORDS) + "?",
    ],
)
def test_a_line_that_ends_like_a_sentence_or_is_long_is_no_heading(line: str) -> None:
    """It can be quoted."""
    assert headings(f"{line}\nThe boats left.") == []


@pytest.mark.parametrize("text", ["", " ", "\n\n", "***\n---\n…", "\N{NO-BREAK SPACE}", "_ _"])
def test_a_text_without_a_word_has_no_sentence(text: str) -> None:
    """There is nothing to quote in it, and nothing to find."""
    cut = split(text)
    assert cut.sentences == ()
    assert cut.passages == ()


@pytest.mark.parametrize(
    "text",
    ["• (1) The boats left. ”", "...The boats left.", "?! The boats left.", "The boats left. …"],
)
def test_marks_that_are_left_over_belong_to_the_sentence_beside_them(text: str) -> None:
    """A quotation mark or a bullet is never a sentence of its own."""
    assert sentences(text) == [text]


@pytest.mark.parametrize("shift", range(0, 78, 3))
def test_a_paragraph_longer_than_sentencex_gets_at_once_is_cut_like_a_short_one(shift: int) -> None:
    """Where one window ends and the next begins does not show."""
    first = f"It r{'a' * shift}ined."
    sentence = "Lt. Moss, of No. 7 Sea Road, said “the boats left” at 5 p.m. EST on Friday."
    assert sentences(" ".join([first, *[sentence] * 300])) == [first, *[sentence] * 300]


@modest
@given(prose())
def test_sentences_are_in_order_and_do_not_overlap(text: str) -> None:
    """Each is a span within the text that begins where the one before has ended, or later."""
    at = 0
    for cut in split(text).sentences:
        assert at <= cut.start < cut.end <= len(text)
        at = cut.end


@modest
@given(prose())
def test_a_sentence_has_no_line_end_and_no_white_space_around_it(text: str) -> None:
    """It can be quoted as it is."""
    for sentence in sentences(text):
        assert "\n" not in sentence
        assert sentence == sentence.strip()


@modest
@given(prose())
def test_every_character_of_a_line_with_a_word_is_in_one_sentence(text: str) -> None:
    """Nothing that an article says is lost: every letter and digit, and the marks beside them."""
    covered = [0] * len(text)
    for cut in split(text).sentences:
        for at in range(cut.start, cut.end):
            covered[at] += 1
    at = 0
    for line in text.split("\n"):
        worded = any(character.isalnum() for character in line)
        for character in line:
            if not character.isspace():
                assert covered[at] == int(worded), (text, at)
            at += 1
        at += 1


@modest
@given(prose())
def test_every_sentence_has_a_word(text: str) -> None:
    """Marks alone are never quoted."""
    for sentence in sentences(text):
        assert any(character.isalnum() for character in sentence)


@modest
@given(prose().map(lambda text: text * 12))
def test_passages_are_whole_consecutive_sentences_that_leave_none_out(text: str) -> None:
    """They are windows over the sentences: in order, without a gap, of a bounded length."""
    cut = split(text)
    assert bool(cut.passages) == bool(cut.sentences)
    next_first = 0
    for number, passage in enumerate(cut.passages):
        held = cut.sentences[passage.first : passage.last]
        assert held
        assert (passage.start, passage.end) == (held[0].start, held[-1].end)
        # The one before it ends where this one begins, or later; each begins after the one before.
        assert passage.first <= next_first
        assert not number or passage.first > cut.passages[number - 1].first
        length = sum(words(text[each.start : each.end]) for each in held)
        assert length <= PASSAGE_WORDS or len(held) == 1
        next_first = passage.last
    assert next_first == len(cut.sentences)


def test_neighbouring_passages_share_the_sentences_between_them() -> None:
    """What is said across the border of two passages can be found in one of them."""
    text = " ".join(f"Boat number {number} left the harbour at noon." for number in range(100))
    passages = split(text).passages
    assert len(passages) > 3
    for before, after in pairwise(passages):
        shared = text[after.start : before.end]
        assert OVERLAP_WORDS - 8 <= words(shared) <= OVERLAP_WORDS


def test_a_sentence_longer_than_a_passage_is_a_passage() -> None:
    """It is neither cut nor left out."""
    long = "The boats " + "and the nets " * PASSAGE_WORDS + "left."
    cut = split(f"It rained.\n{long}\nIt stopped.")
    assert any(
        cut.sentences[passage.first].end - cut.sentences[passage.first].start == len(long)
        and passage.last == passage.first + 1
        for passage in cut.passages
    )


@pytest.mark.timeout(5)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_long_hostile_text_is_cut_within_seconds(text: str) -> None:
    """The time grows with the length, not with its square."""
    assert len(split(text).sentences) <= len(text)
