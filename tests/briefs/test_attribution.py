"""Who an outlet got a fact from."""

import pytest
from hypothesis import given

from briefs.attribution import HEAD, chain, distinct_origins, origin, stated_source
from briefs.named_sources import named_chain, named_origin
from briefs.origin_names import same_origin, whole_name
from briefs.splitting import split
from tests.building import HOSTILE, modest, prose


def origins(text: str) -> list[str | None]:
    """Return the origin of each sentence of a text, headings too."""
    segments = split(text)
    return [origin(text, segments, sentence) for sentence in segments.sentences]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        # who found it
        ("The port fell, according to the Harbour Institute.", "Harbour Institute"),
        ("According to the Harbour Institute, the port fell.", "Harbour Institute"),
        ("An analysis by the Harbour Institute shows it.", "Harbour Institute"),
        ("The images were analysed by the Harbour Institute.", "Harbour Institute"),
        ("The Harbour Institute’s analysis shows it.", "Harbour Institute"),
        ("The Harbour Institute's own latest figures show it.", "Harbour Institute"),
        ("A Harbour Institute investigation claims it.", "Harbour Institute"),
        ("By Norland’s estimate, 43 boats left.", "Norland"),
        # who says it
        ("The Harbour Institute said the port fell.", "Harbour Institute"),
        ("The Ministry of Sea Affairs announced it.", "Ministry of Sea Affairs"),
        ("The Council for the North Sea, a club, said so.", "Council for the North Sea"),
        ("However, Ann Roe also said it.", "Ann Roe"),
        ("Ann Roe, an analyst with the Harbour Institute, says it.", "Ann Roe"),
        ("Ann Roe and leading experts believe it.", "Ann Roe"),
        ("The Harbour Institute’s Ann Roe has argued it.", "Ann Roe"),
        ("In Ann Roe’s words, it fell.", "Ann Roe"),
        ("It fell, Ann Roe told Port Radio.", "Ann Roe"),
        ("The N.S. Coast Guard was reporting it.", "N.S. Coast Guard"),
        # services, which end in a small letter
        ("South Norland intelligence also reported it.", "South Norland intelligence"),
        ("According to Norland state media, it fell.", "Norland state media"),
        # who reported it, and who stands behind them
        ("It fell, as reported by Port Radio.", "Port Radio"),
        ("It fell, as reported by Port Radio, citing Ann Roe.", "Ann Roe"),
        ("Port Radio, citing Western intelligence, revealed it.", "Western intelligence"),
        ("Citing the Harbour Institute, Port Radio said it fell.", "Harbour Institute"),
        ("Port Radio reported it, which cited the Harbour Institute.", "Harbour Institute"),
        ("Port Radio said it fell, according to the Harbour Institute.", "Harbour Institute"),
    ],
)
def test_a_named_origin_is_the_end_of_its_chain(sentence: str, name: str) -> None:
    """Who was cited stands behind who cites; who found it, behind who printed it."""
    assert named_origin(sentence) == name


@pytest.mark.parametrize(
    "sentence",
    [
        "The ship sank.",
        "They said so.",
        "November said nothing.",
        "It was said on Friday.",
        "Many say so, according to official data.",
        "Analysts said it fell.",
        "Intelligence suggests that it fell.",
        "Images shared with Port Radio revealed it.",
        "Images shared with the Port Radio revealed it.",
        "The fall of North Sea City suggests it.",
        "",
    ],
)
def test_a_sentence_that_names_nobody_has_no_named_origin(sentence: str) -> None:
    """What merely begins a sentence, and who was merely spoken with, is nobody."""
    assert named_origin(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("It fell, as reported by Port Radio, citing Ann Roe.", ["Port Radio", "Ann Roe"]),
        ("It was reported by Port Radio, which cited Ann Roe.", ["Port Radio", "Ann Roe"]),
        (
            "It fell, according to the Harbour Institute, whose analysis was reported by the BBC.",
            ["BBC", "Harbour Institute"],
        ),
        ("Port Radio said it fell, according to Ann Roe.", ["Port Radio", "Ann Roe"]),
        ("Ann Roe said it fell, according to Port Radio.", ["Port Radio", "Ann Roe"]),
        ("Ann Roe, who led the search, told the BBC: “It fell.”", ["BBC", "Ann Roe"]),
        ("“It fell,” Ann Roe said in an interview with Port Radio.", ["Port Radio", "Ann Roe"]),
        ("“It fell,” says Ann Roe, an analyst, as cited by The Times.", ["The Times", "Ann Roe"]),
        ("The Times, citing Western intelligence, said so.", ["The Times", "Western intelligence"]),
        ("Norland, citing the Harbour Institute, said it.", ["Norland", "Harbour Institute"]),
        # one who stands in a sentence twice stands where they are deeper
        ("The BBC said it fell, as reported by the BBC.", ["BBC"]),
        # who merely heard it and prints nothing is no part of it
        ("Ann Roe told Norland that it fell.", ["Ann Roe"]),
        ("The ship sank.", []),
    ],
)
def test_a_chain_goes_from_the_nearest_to_the_deepest(sentence: str, names: list[str]) -> None:
    """Who printed it stands before who said it; who was cited, behind everyone."""
    assert list(named_chain(sentence)) == names


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        # the name after the verb
        ("“It fell,” said Ann Roe.", "Ann Roe"),
        ("“It fell,” said Ann Roe, an analyst.", "Ann Roe"),
        ("“It fell,” said senior analyst Ann Roe on Monday.", "Ann Roe"),
        ("It fell, said Ann Roe of the Harbour Institute.", "Ann Roe"),
        ("Ann Roe said in a statement that it fell.", "Ann Roe"),
        # a person is called by the name alone
        ("Norland President Ann Roe said it fell.", "Ann Roe"),
        ("Mr Roe said it fell.", "Roe"),
        ("Ann Roe of the Harbour Institute said it fell.", "Ann Roe"),
        ("Ann Roe from the Harbour Institute noted it.", "Ann Roe"),
        ("Norland's Minister of Sea Affairs, Ann Roe, believes it.", "Ann Roe"),
        ("Meanwhile, Ann Roe of the Institute, argued it.", "Ann Roe"),
        ("It fell, said Ann Roe.", "Ann Roe"),
        ("It fell, said Ann Roe as she left.", "Ann Roe"),
        ("Said Ann Roe: “It fell.”", "Ann Roe"),
        ("“It fell,” said Dr. Ann R. Roe, a doctor.", "Ann R. Roe"),
        ("“It fell,” said Harbour Institute engineer Ann Roe.", "Ann Roe"),
        # beside the name
        ("Ann Roe (Norland) said it fell.", "Ann Roe"),
        ("Ann Roe, 43, of Port Ella, Norland, said it fell.", "Ann Roe"),
        # a post without an article
        ("According to engineer Ann Roe, it fell.", "Ann Roe"),
        ("According to retired army colonel Ann Roe, it fell.", "Ann Roe"),
        ("According to Harbour Institute engineer Ann Roe, it fell.", "Ann Roe"),
        ("It fell, according to actress Ann Roe.", "Ann Roe"),
        ("It fell, according to state Sen. Ann Roe.", "Ann Roe"),
        ("It fell, according to news agency Port Radio.", "Port Radio"),
        ("Port Radio said it fell, citing chief diver Ann Roe.", "Ann Roe"),
        ("It was analysed by marine biologist Ann Roe.", "Ann Roe"),
        ("Engineer Ann Roe said it fell.", "Ann Roe"),
        # what stands before a name
        ("It fell, citing the British research group Harbour Watch.", "Harbour Watch"),
        ("It fell, according to the U.K.-based Harbour Watch.", "Harbour Watch"),
        ("The fall was announced on Monday by the Harbour Institute.", "Harbour Institute"),
        ("The reports of it were confirmed on May 3 by Ann Roe.", "Ann Roe"),
        ("It fell, according to a report by the Harbour Institute.", "Harbour Institute"),
        # who asks for a comment says what came of it
        ("Norland did not respond to Port Radio's request for comment on Ann Roe.", "Port Radio"),
        ("Port Radio asked Norland to comment on Ann Roe's findings.", "Port Radio"),
    ],
)
def test_names_are_read_as_people_are_called(sentence: str, name: str) -> None:
    """Without titles and posts, and wherever the verb stands."""
    assert named_origin(sentence) == name


@pytest.mark.parametrize(
    "sentence",
    [
        "Experts said Norland would pay.",
        "Police said it fell.",
        "Local officials said it fell.",
        "Reports said it fell.",
        "Residents of Port Ella and in Norland said it fell.",
        "Intelligence from Norland revealed it.",
        "The clerk in the capital, Port Ella, says so.",
        "“I’ve asked them,” he said.",
        "Mr. said so.",
        "Additional reporting by nobody.",
        "According to data from Norland, it fell.",
        "According to a spokesman for Norland, it fell.",
        "The wreck, found in Norland, was old.",
        "For Norland, the boats that Ann Roe mentioned are old.",
    ],
)
def test_what_merely_looks_like_a_name_is_nobody(sentence: str) -> None:
    """A common noun, a place, a title alone."""
    assert named_origin(sentence) is None


def chains(text: str) -> list[tuple[str, ...]]:
    """Return the chain of each sentence of a text."""
    segments = split(text)
    return [chain(text, segments, sentence) for sentence in segments.sentences]


def test_what_an_article_says_once_of_its_source_counts_for_all_that_it_has_from_there() -> None:
    """Only for that source: what somebody else says did not come that way."""
    text = (
        "It was reported by the BBC, which cited the Harbour Institute.\n"
        "According to the Harbour Institute, the port fell.\n"
        "Ann Roe said it rained.\n"
        "It was cold."
    )
    institute = ("BBC", "Harbour Institute")
    assert chains(text) == [institute, institute, ("Ann Roe",), institute]


def test_who_something_was_shared_with_passed_it_on() -> None:
    """The source behind it is the one of the article."""
    text = (
        "The port fell, according to the Harbour Institute.\nImages shared with the BBC showed it."
    )
    assert chains(text)[1] == ("BBC", "Harbour Institute")


def test_a_word_that_the_article_writes_small_is_no_name() -> None:
    """It is capitalised because it opens its sentence."""
    assert chains("Sailors said it fell.\nThe old sailors left.") == [(), ()]
    assert chains("Brown said it fell.\nThe brown boat of Tom Brown left.")[0] == ("Brown",)


def test_a_sentence_without_a_source_takes_that_of_the_sentence_before_it() -> None:
    """The nearest one in its paragraph."""
    text = "Ann Roe said it rained. Tom Dale said it snowed. It was cold. It was dark."
    assert origins(text) == ["Ann Roe", "Tom Dale", "Tom Dale", "Tom Dale"]


def test_a_sentence_does_not_take_the_source_of_another_paragraph() -> None:
    """It takes the one that the article states at its head."""
    text = "Ann Roe said it rained.\nTom Dale said it snowed.\nIt was cold."
    assert origins(text) == ["Ann Roe", "Tom Dale", "Ann Roe"]


def test_a_sentence_does_not_take_the_source_of_one_that_comes_after_it() -> None:
    """Except that the head of an article speaks for all of it."""
    filler = " ".join(["It was cold."] * HEAD)
    assert origins(f"{filler} Ann Roe said it rained.")[:HEAD] == [None] * HEAD


@pytest.mark.parametrize(("before", "found"), [(HEAD - 1, "Ann Roe"), (HEAD, None)])
def test_only_the_head_of_an_article_states_its_source(before: int, found: str | None) -> None:
    """Headings do not count among its first sentences."""
    text = "A heading\n" + "It was cold.\n" * before + "Ann Roe said it rained."
    assert stated_source(text, split(text)) == found


def test_an_article_that_names_nobody_has_no_origin() -> None:
    """It is not guessed: the outlet itself is not taken for it."""
    assert origins("The ship sank. It was old.\nIt was large.") == [None] * 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Roe", "Ann Roe"),
        ("Ann Roe", "ann roe"),
        ("Ann Roe", "Roe"),
        ("President Ann Roe", "Ann Roe"),
        ("Harbour Safety Institute", "HSI"),
        ("Harbour Safety Institute", "H.S.I."),
        ("Ministry of Sea Affairs", "MSA"),
    ],
)
def test_a_surname_and_initials_stand_for_the_whole_name(one: str, other: str) -> None:
    """Whichever is read first."""
    assert same_origin(one, other)
    assert same_origin(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ann Roe", "Tom Roe"), ("Ann Roe", "Ann"), ("Ann Monroe", "Roe"), ("Sea Affairs", "HSI")],
)
def test_other_names_are_other_origins(one: str, other: str) -> None:
    """A first name alone, or the end of another surname, is not enough."""
    assert not same_origin(one, other)
    assert not same_origin(other, one)


def test_origins_are_counted_once_and_the_untraced_not_at_all() -> None:
    """In the order in which they are met."""
    names = iter([None, "Ann Roe", "HSI", "Roe", None, "Harbour Safety Institute", "Tom Dale"])
    assert distinct_origins(names) == ("Ann Roe", "HSI", "Tom Dale")
    assert distinct_origins(iter([None, None])) == ()


@modest
@given(prose())
def test_an_origin_is_the_end_of_its_chain(text: str) -> None:
    """And nobody stands in a chain twice."""
    found = chains(text)
    assert [each[-1] if each else None for each in found] == origins(text)
    assert all(len(set(each)) == len(each) for each in found)


@modest
@given(prose())
def test_an_origin_is_made_of_words_of_its_article(text: str) -> None:
    """Nobody is named whom the article does not name."""
    said = text.split()
    for name in origins(text):
        for word in (name or "").split():
            assert any(word in each for each in said)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_long_hostile_sentence_is_read_within_seconds(text: str) -> None:
    """The time grows with the length, not with its square."""
    name = named_origin(text[:100_000])
    assert name is None or name in text


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "repeated",
    ["according to engineer ", "according to Ann engineer ", ", said Ann engineer ", "Ann (x) ",
     "citing former chief diver ", "Ann Roe, 43, of ", "reported by state "],
)  # fmt: skip
def test_words_of_posts_without_end_are_read_within_seconds(repeated: str) -> None:
    """Every repetition is bounded."""
    sentence = repeated * (200_000 // len(repeated))
    name = named_origin(sentence)
    assert name is None or name in sentence


@pytest.mark.parametrize(
    ("text", "name", "whole"),
    [
        ("Analyst Joe Byrne left. Byrne said so.", "Byrne", "Joe Byrne"),
        ("The Centre’s Joe Byrne left. Byrne said so.", "Byrne", "Joe Byrne"),
        ("Shin Won-sik left. Shin said so.", "Shin", "Shin Won-sik"),
        ("Ann Roe and Tom Roe left; Ann Roe spoke. Roe said so.", "Roe", "Ann Roe"),
        ("On Monday Byrne left.", "Byrne", "Byrne"),
        ("The Byrne Institute counted.", "Byrne", "Byrne"),
        ("Reuters wrote to Tom Reuters.", "Reuters", "Reuters"),
        ("Joe Byrne left.", "Harbour Institute", "Harbour Institute"),
    ],
)
def test_a_surname_is_of_whom_the_article_names(text: str, name: str, whole: str) -> None:
    """The name that it gives most often counts; a medium is called what it is called."""
    assert whole_name(text, name) == whole


def test_who_is_not_named_is_nobody_and_not_who_else_the_article_names() -> None:
    """The police said it: that is not from the passenger who is quoted before."""
    text = (
        "Ann Roe said it was cold.\nThe bridge was closed, the police said.\n"
        "According to the city council, it takes a year.\nThree boats sank."
    )
    assert origins(text) == ["Ann Roe", None, None, "Ann Roe"]


def test_an_outlet_is_no_origin_of_what_it_prints() -> None:
    """Another outlet that has it from there has an origin."""
    text = "Three boats sank, Port Radio reported."
    segments = split(text)
    (sentence,) = segments.sentences
    assert origin(text, segments, sentence, "Port Radio (digest)") is None
    assert origin(text, segments, sentence, "Sea Post") == "Port Radio"
