"""Files that are still being written."""

import os
from pathlib import Path

from bot.settling import Settling


def test_a_file_is_whole_once_it_has_not_changed_for_a_while(tmp_path: Path) -> None:
    """And is told of once."""
    file = tmp_path / "a.md"
    file.write_text("The boats left.")
    settling = Settling(1.0)
    settling.watch([file], 10.0)
    assert settling.whole(10.9) == []
    assert settling.whole(11.0) == [file]
    assert settling.whole(99.0) == []
    assert not settling


def test_a_file_that_changes_is_waited_for_anew(tmp_path: Path) -> None:
    """In its size or in the time of its last change; and the others are whole meanwhile."""
    grows, touched, still = (tmp_path / name for name in ("grows.md", "touched.md", "still.md"))
    for file in (grows, touched, still):
        file.write_text("The boats left.")
    settling = Settling(1.0)
    settling.watch([still, touched, grows], 10.0)
    stamp = grows.stat().st_mtime_ns
    grows.write_text("The boats left. They")
    os.utime(grows, ns=(stamp, stamp))
    os.utime(touched, ns=(stamp + 1, stamp + 1))
    assert settling.whole(11.0) == [still]
    assert settling.whole(11.5) == []
    assert settling.whole(12.0) == [grows, touched]


def test_a_file_that_is_gone_is_waited_for_no_more(tmp_path: Path) -> None:
    """Nor is one that was never there."""
    file = tmp_path / "a.md"
    file.write_text("The boats left.")
    settling = Settling(1.0)
    settling.watch([file, tmp_path / "b.md"], 10.0)
    assert len(settling) == 1
    file.unlink()
    assert settling.whole(11.0) == []
    assert not settling
