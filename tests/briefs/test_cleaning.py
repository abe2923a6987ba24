"""The article stays, what was copied with it goes, and nothing is lost for good."""

import re
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.byline import Head
from briefs.cleaning import Cleaned, Reason, clean

PROSE = (
    "The harbour board voted on Tuesday to close the old grain terminal after forty years.",
    "Its chairwoman, Ada Lind, said that the decision “was not taken lightly” by anyone present.",
    (
        "Repairs would have cost nine million crowns, more than the port earned in three seasons, "
        "according to a report that the board published with its decision."
    ),
    "The last ship is to leave the quay in the spring, and the cranes will be sold.",
    "Dockers gathered outside the town hall to protest, but the meeting ended without incident.",
)
ARTICLE = "\n\n".join(PROSE)
MENU = """\
Harbour Herald
Home
News
Local
Shipping
Weather
Culture
Obituaries
Classifieds
Puzzles
Crossword
Horoscope
My account
Basket
Help centre"""
FOOTER = """\
About the Herald
Contact the newsroom
Delivery problems
Advertise here
Imprint
Working for us
Press council
Archive since 1901
Gift vouchers
Reader travel
Partner sites
Mobile apps
© 2024 Harbour Herald Media. All rights reserved."""


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return re.findall(r"\w+", text)


def inside(line: str) -> Cleaned:
    """Clean an article with a line in its middle."""
    return clean("\n\n".join((*PROSE[:3], line, *PROSE[3:])))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Skip to main content", Reason.NAVIGATION),
        ("Home > News > Shipping", Reason.NAVIGATION),
        ("Trending Now", Reason.RELATED),
        ("Read also: Lighthouse keeper retires after sixty years", Reason.RELATED),
        ("RELATED: Ferry fares to rise", Reason.RELATED),
        ("Lire aussi : Le phare ferme ses portes", Reason.RELATED),
        ("Читайте также: Маяк закрывается", Reason.RELATED),
        ("Tags: harbour, grain, jobs", Reason.TAGS),
        ("Tags:", Reason.TAGS),
        ("Share", Reason.SHARING),
        ("Teilen", Reason.SHARING),
        ("Follow @harbour_herald", Reason.SHARING),
        ("Watch: Cranes come down", Reason.RELATED),
        ("No comments yet", Reason.COMMENTS),
        ("Found a mistake? Select it and press Ctrl+Enter", Reason.NAVIGATION),
        ("If you value our reporting, please donate.", Reason.DONATION),
        ("Help us keep our journalism free for all.", Reason.DONATION),
        ("Share this article on Facebook", Reason.SHARING),
        ("Follow us on Twitter", Reason.SHARING),
        ("Sign up for our daily newsletter", Reason.SUBSCRIPTION),
        ("Subscribe to our channel and get updates first.", Reason.SUBSCRIPTION),
        ("Get the harbour news in your inbox", Reason.SUBSCRIPTION),
        ("Enter your email address", Reason.SUBSCRIPTION),
        ("Donate now", Reason.DONATION),
        ("Support us", Reason.DONATION),
        ("Please log in to comment", Reason.COMMENTS),
        ("Your email address will not be published.", Reason.COMMENTS),
        ("We use cookies to improve your experience on our pages.", Reason.COOKIES),
        ("Cookie settings", Reason.COOKIES),
        ("ADVERTISEMENT", Reason.ADVERTISING),
        ("Story continues below", Reason.ADVERTISING),
        ("client/title.list_title", Reason.TEMPLATE),
        ("{{ article.subtitle }}", Reason.TEMPLATE),
        ("View this post on Instagram", Reason.EMBEDDING),
        ("@harbour_herald", Reason.EMBEDDING),
        ("Leave a comment", Reason.COMMENTS),
        ("© 2024 Harbour Herald", Reason.LEGAL),
        ("Copyright 2024 by the Harbour Herald. All rights reserved.", Reason.LEGAL),
    ],
)
def test_a_line_that_gives_itself_away_goes_with_its_reason(line: str, reason: Reason) -> None:
    """Each kind of junk is known by its words, in an article with no page around it."""
    cleaned = clean(f"{ARTICLE}\n\n{line}")
    assert cleaned.text == ARTICLE
    assert [(each.text, each.reason) for each in cleaned.dropped] == [(line, reason)]


@pytest.mark.parametrize(
    "line",
    [
        "Comments",
        "Facebook",
        "Email",
        "Home",
        "What’s in it for the port?",
        "“We will fight.”",
        "No.",
        "• Cranes: four, two of them listed",
        "The quay in 1961. Photo: Port archive",
        "Like many on Facebook, she was angry.",
        "Support our sailors, he said.",
        "Related costs were not published.",
        "By Monday, the cranes were silent.",
        "Google said that it uses cookies to count visitors, and that it would stop.",
        "Subscribers to the newspaper receive it by boat.",
        "Your email may be read at work, a study of the port found.",
        "Copyright law protects the drawings of the cranes.",
        "18:00 was when the last shift ended, a docker said.",
        "A post shared by the mayor showed the empty quay.",
        "Jane Doe (@janedoe) wrote that the port was “finished”.",
    ],
)
def test_a_line_of_an_article_stays_in_it(line: str) -> None:
    """Headings, quotations, captions, items, and sentences with a word of junk in them."""
    cleaned = inside(line)
    assert cleaned.dropped == ()
    assert line in cleaned.text.split("\n\n")


@pytest.mark.parametrize(
    "text",
    [
        ARTICLE,
        "\n\n".join(PROSE[:2]),
        "A short note.\n\nAnother one, shorter.",
        (
            "Der Hafen schließt im Frühjahr. Das sagte die Vorsitzende am Dienstag.\n\nDie "
            "Arbeiter wollen sich wehren, sie haben vor dem Rathaus demonstriert."
        ),
        (
            "Le port fermera au printemps, a annoncé la présidente mardi.\n\n« C’est "
            "triste », a dit un docker.\n\nUne page se tourne\n\nLes grues seront vendues."
        ),
        "Порт закроется весной, сообщила председатель совета.\n\nРабочие вышли на площадь.",  # noqa: RUF001
        "港は春に閉鎖される。理事長が火曜日に発表した。\n\n労働者は市役所の前で抗議した。",
        "سيغلق الميناء في الربيع، كما أعلنت الرئيسة.\n\nاحتج العمال أمام مبنى البلدية.",  # noqa: RUF001
        "El puerto cerrará en primavera, anunció la presidenta.\n\nLos obreros protestaron.",
        "Port zostanie zamknięty wiosną.\n\nRobotnicy protestowali przed ratuszem.",
    ],
)
def test_an_article_alone_comes_through_whole(text: str) -> None:
    """Nothing is dropped of a press text, in any language."""
    assert clean(text) == Cleaned(text=text, dropped=())


def test_the_rows_of_a_table_are_no_menu() -> None:
    """However many there are."""
    rows = "\n\n".join(f"{place} Crane {place} 5040 {place} 17 27" for place in range(1, 40))
    assert clean(f"{ARTICLE}\n\n{rows}").dropped == ()


def test_a_programme_in_an_article_is_no_list_of_teasers() -> None:
    """It begins with the earliest time; teasers begin with the latest."""
    programme = "18:00\n\nDoors of the old terminal open\n\n19:30\n\nConcert in the grain hall"
    cleaned = clean(f"{ARTICLE}\n\n{programme}")
    assert cleaned.dropped == ()


def test_headlines_with_a_time_to_each_are_teasers() -> None:
    """So are the labels and days between them; the article may go on behind."""
    teasers = (
        "Tuesday\n4 February\n21:45\nFerry service to the islands resumes\n21:30\nExclusive\n"
        "Who will buy the cranes? Broker explains\n20:12\nStorm warning for the coast lifted"
    )
    cleaned = clean(f"{ARTICLE}\n{teasers}\nThe board meets again in March, it said on Tuesday.")
    assert cleaned.text == f"{ARTICLE}\n\nThe board meets again in March, it said on Tuesday."
    assert {each.reason for each in cleaned.dropped} <= {Reason.TEASER, Reason.NAVIGATION}


def test_headlines_under_read_also_go_and_the_article_goes_on() -> None:
    """A list ends where a sentence does."""
    listed = "Read also:\n• Ferry fares to rise\n• Lighthouse keeper retires"
    cleaned = clean(f"{PROSE[0]}\n\n{listed}\n\n{PROSE[1]}")
    assert cleaned.text == f"{PROSE[0]}\n\n{PROSE[1]}"
    assert [each.reason for each in cleaned.dropped] == [Reason.RELATED] * 3


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("Print\nFacebook\nEmail", Reason.SHARING),
        ("Menu\nSearch\nWeather", Reason.NAVIGATION),
        ("Tags\nTopics", Reason.TAGS),
        ("Reply\nDiscussion", Reason.COMMENTS),
        ("Terms\nImprint\nDisclaimer", Reason.LEGAL),
    ],
)
def test_what_may_be_a_heading_goes_only_in_company(lines: str, reason: Reason) -> None:
    """“Facebook” alone may be a heading; in a row with its like it is a button."""
    cleaned = clean(f"{ARTICLE}\n\n{lines}")
    assert cleaned.text == ARTICLE
    assert reason in {each.reason for each in cleaned.dropped}
    assert inside(lines.split("\n", maxsplit=1)[0]).dropped == ()


def test_a_section_of_comments_goes_with_its_sentences() -> None:
    """Readers write sentences too."""
    comments = "3 comments\n\nOlle: They should have seen this coming years ago.\n\nI agree."
    article = f"{ARTICLE}\n\n" + "\n\n".join(f"{each} So it goes." for each in PROSE)
    cleaned = clean(f"{article}\n\n{comments}")
    assert cleaned.text == article
    assert {each.reason for each in cleaned.dropped} == {Reason.COMMENTS}


def test_an_appeal_for_gifts_goes_with_what_leads_up_to_it() -> None:
    """What an outlet says of itself before it asks is part of asking."""
    appeal = (
        "We have covered this port since 1901, and we answer to nobody. Join the Herald in its "
        "mission to keep harbours honest. Donate today."
    )
    cleaned = inside(appeal)
    assert cleaned.text == ARTICLE
    assert {each.reason for each in cleaned.dropped} == {Reason.DONATION}


def test_an_appeal_goes_out_of_a_paragraph_that_stays() -> None:
    """Only the sentence that asks is dropped."""
    cleaned = inside("The cranes will be sold abroad. Sign up for our newsletter here.")
    assert "The cranes will be sold abroad." in cleaned.text.split("\n\n")
    assert [(each.text, each.reason) for each in cleaned.dropped] == [
        ("Sign up for our newsletter here.", Reason.SUBSCRIPTION)
    ]


def test_an_embedded_post_keeps_its_words_and_its_author() -> None:
    """What is left of the embedding goes, inside a line too."""
    cleaned = clean(
        f"{PROSE[0]}\n"
        '">Four cranes, forty years. The quay has never been so quiet… pic.twitter.com/aBc123XyZ\n'
        "— Port Watch (@port_watch) November 22, 2024\n"
        f"{PROSE[1]} https://t.co/Zz09\n"
    )
    assert cleaned.text.split("\n\n") == [
        PROSE[0],
        "Four cranes, forty years. The quay has never been so quiet…",
        "Port Watch, November 22, 2024",
        PROSE[1],
    ]
    assert {each.reason for each in cleaned.dropped} == {Reason.EMBEDDING}


def test_a_tag_left_over_from_an_embedding_goes_out_of_its_line() -> None:
    """Its attributes with it; a tag that an article is about stays."""
    cleaned = inside('<blockquote class="post" lang="en">It is very quiet here.</blockquote>')
    assert "It is very quiet here." in cleaned.text.split("\n\n")
    assert inside("Browsers once knew the <blink> element.").dropped == ()


def test_a_page_is_cut_down_to_its_article() -> None:
    """Menus and footers go, line by line."""
    cleaned = clean(f"{MENU}\n\n{ARTICLE}\n\n{FOOTER}")
    assert cleaned.text == ARTICLE
    assert len(cleaned.dropped) == len(f"{MENU}\n{FOOTER}".split("\n"))


def test_shape_alone_finds_an_article_in_a_language_without_cues() -> None:
    """Long blocks that end as sentences do, between runs of short lines."""
    menu = "\n".join(f"Lorem {letter}psum" for letter in "abcdefghijklmnopq")
    article = "\n\n".join(
        f"Dolor sit amet {word} consectetur adipiscing elit, sed do eiusmod tempor incididunt ut."
        for word in ("unu", "du", "tri", "kvar", "kvin")
    )
    assert clean(f"{menu}\n\n{article}\n\n{menu}").text == article


def test_a_menu_and_captions_inside_an_article_on_a_page() -> None:
    """A box of links does not cut off the paragraphs before it."""
    inner = "Ferry news\nFishing news\nTide tables\nHarbour webcam\nPort maps"
    page = "\n\n".join((MENU, *PROSE[:2], inner, "A quiet quay", *PROSE[2:], FOOTER))
    cleaned = clean(page)
    assert [line for line in cleaned.text.split("\n\n") if line in PROSE] == list(PROSE)
    assert "Tide tables" not in cleaned.text


def test_a_heading_inside_an_article_on_a_page_stays() -> None:
    """One short line between paragraphs is no menu."""
    page = "\n\n".join((MENU, *PROSE[:2], "What happens now", *PROSE[2:], FOOTER))
    assert "What happens now" in clean(page).text.split("\n\n")


def test_teasers_with_a_sentence_each_are_not_the_article() -> None:
    """A paragraph without another beside it counts less."""
    teasers = "\n\n".join(
        f"Story number {number} of the day\n\nThe {number} boats that nobody had missed all summer "
        "were found behind the shed of the ferry company."
        for number in range(4)
    )
    assert clean(f"{MENU}\n\n{ARTICLE}\n\n{FOOTER}\n\n{teasers}\n\n{FOOTER}").text == ARTICLE


def test_a_paragraph_broken_at_its_links_is_one_again() -> None:
    """As BeautifulSoup's get_text with line ends between its strings breaks it."""
    fragments = (
        "The \nharbour board\n voted on Tuesday \nto close the terminal\n, which \nAda Lind\n"
        " called “\nsad.\n”"
    )
    assert (
        clean(fragments).text
        == "The harbour board voted on Tuesday to close the terminal, which Ada Lind called “sad.”"
    )


def test_a_paragraph_wrapped_at_a_width_is_one_again() -> None:
    """As programs for mail wrap it."""
    wrapped = (
        "The harbour board voted on Tuesday to close\nthe old grain terminal after forty years of\n"
        "service, and nobody on the quay was much\nsurprised to hear it.\n\n"
        "Repairs would have cost nine million crowns\na year."
    )
    assert [len(line.split()) for line in clean(wrapped).text.split("\n\n")] == [28, 9]


def test_a_menu_is_not_glued_together() -> None:
    """Small letters alone join nothing."""
    menu = "home\nworld\nlocal news\nthe arts\nobituaries"
    assert clean(f"{ARTICLE}\n\n{menu}").text.endswith("the arts\n\nobituaries")


def test_a_template_key_does_not_go_on_from_an_unfinished_line() -> None:
    """Though it begins with a small letter."""
    cleaned = clean(f"A standfirst of several words that has no full stop\n\na/b.c_d\n\n{ARTICLE}")
    assert [each.reason for each in cleaned.dropped] == [Reason.TEMPLATE]


def test_title_and_byline_go_when_the_head_is_sure_of_them() -> None:
    """They are kept beside the text, not in it."""
    cleaned = clean(f"Grain terminal to close\n\nBy Olle Berg\n\n22 November 2024\n\n{ARTICLE}")
    assert cleaned.text == ARTICLE
    assert [each.reason for each in cleaned.dropped] == [
        Reason.TITLE,
        Reason.BYLINE,
        Reason.BYLINE,
    ]


def test_a_title_stays_when_only_its_shape_says_so() -> None:
    """Unless the caller takes it for the title."""
    text = f"Grain terminal to close\n\n{ARTICLE}"
    assert clean(text).dropped == ()
    assert clean(text, head=Head(lines=(0,), title_lines=(0,))).text == ARTICLE


def test_what_is_restored_comes_back_in_its_place() -> None:
    """The numbers of the others stay as they were."""
    raw = f"Trending Now\n\n{PROSE[0]} Donate today.\n\nTags: a, b\n\n{PROSE[1]}"
    before = clean(raw)
    assert [each.number for each in before.dropped] == [1, 2, 3]
    after = clean(raw, restored={2})
    assert after.text == f"{PROSE[0]} Donate today.\n\n{PROSE[1]}"
    assert after.dropped == (before.dropped[0], before.dropped[2])
    assert clean(raw, restored={1, 2, 3, 99}).text == raw


_ODD = """\
The |and |21:45|3 comments|— A B (@ab) May 3, 2024|">x pic.twitter.com/a|Donate today.|By Ann Lee\
|May 3, 2024|, which|Read also:|A headline of the day||""".split("|")
_LINES = st.lists(
    st.one_of(
        st.sampled_from([*PROSE, *MENU.split("\n"), *FOOTER.split("\n"), *_ODD]),
        st.text(max_size=40),
    ),
    max_size=60,
)


@given(_LINES)
def test_no_word_is_invented_and_none_is_lost(lines: list[str]) -> None:
    """Kept words are the text's own, in order; kept and dropped together are all of them."""
    raw = "\n".join(lines)
    cleaned = clean(raw)
    assert [each.number for each in cleaned.dropped] == list(range(1, len(cleaned.dropped) + 1))
    left = iter(words(raw))
    assert all(word in left for word in words(cleaned.text))
    everything = clean(raw, restored={each.number for each in cleaned.dropped})
    assert everything.dropped == ()
    assert words(everything.text) == words(raw)
    kept = Counter(words(cleaned.text))
    gone = Counter(word for each in cleaned.dropped for word in words(each.text))
    assert kept + gone == Counter(words(raw))


@given(_LINES, st.sets(st.integers(1, 20)))
def test_restoring_changes_no_other_number(lines: list[str], restored: set[int]) -> None:
    """Any set of numbers, known ones or not."""
    raw = "\n".join(lines)
    expected = [each for each in clean(raw).dropped if each.number not in restored]
    assert list(clean(raw, restored=restored).dropped) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "a\n" * 200_000,
        "Some menu entry\n" * 60_000,
        "word " * 200_000,
        "a" * 1_000_000,
        "x" + " " * 40_000 + "y",
        "—" * 500_000,
        "(@a) " * 100_000,
        '"> ' * 100_000,
        "Donate today. We support us. " * 10_000,
        "10:00\nFoo bar baz\n" * 30_000,
        "foo \nbar\n baz \n" * 30_000,
    ],
    ids=lambda raw: raw[:12],
)
def test_hostile_text_takes_no_longer_than_its_length(raw: str) -> None:
    """Seconds, where a square of the length would be hours."""
    started = time.process_time()
    clean(raw)
    assert time.process_time() - started < 10


def test_what_was_taken_out_of_a_page_by_its_markup_is_not_searched_for_the_article() -> None:
    """A table or a row of captions in it is not a menu around something else."""
    rows = [f"Harbour {number} and quay" for number in range(14)]
    sentence = "The boats of the northern fleet left the harbour early in the morning."
    raw = "\n\n".join([*rows, *[f"{sentence} There were {number} of them." for number in range(9)]])
    found = clean(raw)
    assert "Harbour 3 and quay" not in found.text
    taken = clean(raw, extracted=True)
    assert "Harbour 3 and quay" in taken.text
    assert taken.dropped == ()
