"""Time zones by their names."""

import pytest

from adapters.zones import zone_named
from briefs.errors import UsageError


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Argentina/Ushuaia", "UTC", "Etc/GMT+3"])
def test_a_zone_of_the_database(name: str) -> None:
    """As it is written there."""
    assert zone_named(f" {name} ").key == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("europe/berlin", "“europe/berlin”; did you mean Europe/Berlin?"),
        ("Paris", "did you mean Europe/Paris?"),
        ("new york", "did you mean America/New_York?"),
        ("Europe/Berln", "did you mean Europe/Berlin?"),
        ("PST", "write one as Europe/Berlin or UTC."),
        ("+02:00", "write one as"),
        ("Europe", "write one as"),
        ("", "write one as"),
        ("../../etc/passwd", "write one as"),
        ("/etc/localtime", "write one as"),
        ("posixrules", "There is no time zone"),
        ("right/Europe/Paris", "There is no time zone"),
        ("\x00", "There is no time zone"),
    ],
)
def test_another_name_is_refused(name: str, reason: str) -> None:
    """Neither a file that lies beside the zones nor another spelling is read."""
    with pytest.raises(UsageError) as refused:
        zone_named(name)
    assert reason in str(refused.value)
