"""Files that people send are kept under their hash, whatever they are called."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from adapters.storage.uploads import UploadFolder, safe_name
from tests.building import modest


def test_a_file_is_kept_as_it_is(tmp_path: Path) -> None:
    """Twice the same is one file; other bytes of the same name are another."""
    uploads = UploadFolder(tmp_path / "uploads")
    first = uploads.keep("report.md", b"one")
    assert Path(first).read_bytes() == b"one"
    assert Path(first).name == "report.md"
    assert uploads.keep("report.md", b"one") == first
    assert uploads.keep("report.md", b"two") != first
    assert uploads.holds(first)
    uploads.discard(first)
    assert not uploads.holds(first)
    assert not Path(first).exists()


def test_what_is_no_upload_is_never_discarded(tmp_path: Path) -> None:
    """Wherever it is."""
    uploads = UploadFolder(tmp_path / "uploads")
    other = tmp_path / "other" / "a.md"
    other.parent.mkdir()
    other.write_text("text", encoding="utf-8")
    for named in (str(other), str(tmp_path), "/", "", str(tmp_path / "uploads")):
        uploads.discard(named)
        assert not uploads.holds(named)
    assert other.exists()


@modest
@given(st.text(max_size=300))
def test_no_name_leads_anywhere_else(name: str) -> None:
    """Nor is it hidden, empty, or longer than a file system takes."""
    found = safe_name(name)
    assert found == Path(found).name
    assert found not in {"", ".", ".."}
    assert not found.startswith(".")
    assert len(found) <= 112


def test_names_keep_what_tells_of_them() -> None:
    """The ending, above all."""
    assert safe_name("../../etc/passwd") == "etc-passwd"
    assert safe_name("Büro \u202eexe.pdf") == "Büro exe.pdf"
    assert safe_name("C:\\files\\a.docx") == "C-files-a.docx"
    assert safe_name("a" * 400 + ".html").endswith(".html")
