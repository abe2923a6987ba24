"""Packing into messages: within every limit, whole units, nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.embeds import Button, Message, Section, Unit, components, packed, posted
from adapters.discord.text import Said, line, recovered
from adapters.wording import plain
from tests.adapters.discord.reading import check, descriptions, feet, squeezed, texts
from tests.briefing import hostile_texts
from tests.building import modest


def unit(text: str, *, heading: bool = False) -> Unit:
    """Return a unit of one text that ends with a number."""
    return Unit(lines=(line(Said(text), "" if heading else " [1]"),), heading=heading)


@st.composite
def sections_of(draw: st.DrawFn) -> list[Section]:
    """Return a strategy for sections with texts of every length."""
    said = st.builds(lambda text, times: text * times, hostile_texts(), st.integers(1, 200))
    units = st.builds(lambda text, heading: unit(text, heading=heading), said, st.booleans())
    return draw(
        st.lists(
            st.builds(
                Section,
                units=st.lists(units, max_size=6).map(tuple),
                title=hostile_texts(),
                gap=st.sampled_from(["\n", "\n\n"]),
            ),
            max_size=8,
        )
    )


@pytest.mark.slow
@modest
@given(sections_of(), hostile_texts())
def test_whatever_is_packed_fits_and_is_all_there(sections: list[Section], footer: str) -> None:
    """In its order, in one message or several."""
    messages = packed(sections, footer=footer * 10)
    check(messages)
    left = squeezed(recovered("\n".join(descriptions(messages))))
    for each in sections:
        for wanted in each.units:
            text = squeezed(recovered(wanted.text))
            assert text in left


def test_a_unit_moves_whole_to_the_next_embed() -> None:
    """A sentence keeps its number."""
    said = [f"The pilots counted {number} cranes. " * 30 for number in range(20)]
    messages = packed([Section(title="Cranes", units=tuple(map(unit, said)), gap="\n\n")])
    check(messages)
    assert len(messages) > 1
    for text in said:
        (_,) = (each for each in descriptions(messages) if f"{plain(text)} [1]" in recovered(each))
    titles = [text for text in texts(messages) if text.startswith("Cranes")]
    assert titles[0] == "Cranes"
    assert set(titles[1:]) == {"Cranes (continued)"}
    assert feet(messages) == [f"Part {n} of {len(messages)}" for n in range(1, len(messages) + 1)]


def test_a_sentence_longer_than_an_embed_goes_on_in_the_next() -> None:
    """Cut between words, with its number at the end."""
    words = " ".join(f"word{number}" for number in range(900))
    messages = packed([Section(title="Long", units=(unit(words),))])
    check(messages)
    first, second = descriptions(messages)
    assert recovered(f"{first} {second}") == f"{words} [1]"


def test_a_heading_stands_with_what_it_heads() -> None:
    """Never last in an embed."""
    filler = unit("Filler. " * 480)
    heading, wanted = unit("Head", heading=True), unit("What it heads. " * 20)
    messages = packed([Section(units=(filler, heading, wanted))])
    assert [each.startswith("Head\n") for each in descriptions(messages)] == [False, True]


def test_a_long_title_is_a_text() -> None:
    """A question may be longer than a title."""
    question = "Who counted the cranes? " * 15
    (message,) = packed([Section(title=question, units=(unit("Nobody."),))])
    check([message])
    (embed,) = message.embeds
    assert "title" not in embed
    assert embed["description"] == f"**{plain(question)}**\nNobody. [1]"


def test_nothing_is_a_message_too() -> None:
    """Whoever types something gets an answer."""
    check(packed([]))
    check(packed([Section(units=(unit("", heading=True),))]))


def test_buttons_stand_under_the_message_of_their_unit() -> None:
    """Five a row, and never more than Discord bears."""
    units = tuple(
        Unit(
            lines=(line(f"Unit {number}"),),
            buttons=(Button(action="edit", label=f"Edit {number}", value=str(number)),),
        )
        for number in range(30)
    )
    last = Button(action="no", label="No", value="1", emoji="👎", style="danger")
    first, second = messages = packed([Section(units=units)], content="Hello", buttons=(last,))
    check(messages)
    assert (first.content, second.content) == ("Hello", "")
    assert len(first.buttons) == 20
    assert "Unit 19" in first.embeds[-1]["description"]
    assert second.buttons[-1] == last
    assert components((last,)) == [
        {
            "type": 1,
            "components": [
                {
                    "type": 2,
                    "style": 4,
                    "label": "No",
                    "custom_id": "dateline:no:1",
                    "disabled": False,
                    "emoji": {"name": "👎"},
                }
            ],
        }
    ]


def test_the_documents_of_a_message_are_those_of_its_units() -> None:
    """In their order, each once."""
    units = tuple(Unit(lines=(line(each),), documents=(each, "z")) for each in "ab")
    (message,) = packed([Section(units=units)])
    assert message.documents == ("a", "z", "b")
    assert isinstance(message, Message)


def test_what_is_posted_is_found_line_by_line() -> None:
    """The units as they come, and the long ones in their pieces."""
    section = Section(units=(unit("Head", heading=True), unit("Short."), unit("Long one. " * 900)))
    messages = packed([section])
    left = "\n".join(descriptions(messages))
    found = [each.text for each in posted([section])]
    assert found[:2] == ["Head", "Short. [1]"]
    assert len(found) == 5
    assert all(each in left for each in found)
