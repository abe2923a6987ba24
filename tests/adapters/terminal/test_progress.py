"""Progress of long work: drawn on a terminal, and nowhere else."""

import io

import pytest
from rich.console import Console

from adapters.terminal.progress import progress_bar
from briefs.ports import Progress


def terminal() -> tuple[Console, io.StringIO]:
    """Return a terminal without colours, and what is written to it."""
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, color_system=None, width=120)
    return console, written


def test_nothing_is_drawn_in_a_pipe() -> None:
    """Where nobody watches, the listener listens and writes nothing."""
    written = io.StringIO()
    with progress_bar(Console(file=written)) as progressed:
        progressed(Progress(what="Loading", done=1, total=3, now="a.md"))
    assert written.getvalue() == ""


def test_a_bar_says_what_is_done_and_what_is_worked_on() -> None:
    """The kind of work, how many of how many, and the name of the file without its folders."""
    console, written = terminal()
    with progress_bar(console) as progressed:
        progressed(Progress(what="Loading", done=1, total=3, now="/long/way/to/a.md"))
    shown = written.getvalue()
    assert "Loading" in shown
    assert "1/3" in shown
    assert "a.md" in shown
    assert "/long/way" not in shown


def test_a_bar_leaves_nothing_behind() -> None:
    """When the work is done the line is erased, so that results stand alone."""
    console, written = terminal()
    with progress_bar(console) as progressed:
        progressed(Progress(what="Loading", done=3, total=3))
    assert written.getvalue().endswith("\x1b[1A\x1b[2K")


def test_a_bar_is_taken_away_when_the_work_fails() -> None:
    """An error passes through, and the terminal's cursor is there again."""
    console, written = terminal()
    with pytest.raises(ZeroDivisionError), progress_bar(console) as progressed:  # noqa: PT012
        progressed(Progress(what="Loading", done=1, total=3))
        raise ZeroDivisionError
    assert "\x1b[?25h" in written.getvalue().rpartition("\x1b[?25l")[2]


@pytest.mark.parametrize("name", ["[bold red]", "[/]", "[link=https://example.org]x", "[", ":ant:"])
def test_markup_in_a_name_stays_text(name: str) -> None:
    """A file's name is data: brackets in it are shown, and never raise."""
    console, written = terminal()
    with progress_bar(console) as progressed:
        progressed(Progress(what="Loading", done=1, total=3, now=name + ".md"))
    assert name.rpartition("/")[2] + ".md" in written.getvalue()


def test_a_name_cannot_steer_the_terminal() -> None:
    """Escapes and bidirectional controls of a file's name do not reach the terminal."""
    console, written = terminal()
    with progress_bar(console) as progressed:
        progressed(
            Progress(what="Loading", done=1, total=3, now="\x1b]0;title\x07\x9b31m\u202ea\n.md")
        )
    assert not {"\x07", "\x9b", "\u202e"} & set(written.getvalue())
    assert "\x1b]" not in written.getvalue()
    assert "]0;title31ma .md" in written.getvalue()
