"""Settings: where they come from, which one counts, and what is said of a wrong one."""

from pathlib import Path

import pytest
from platformdirs import user_data_path

from bot.config import Settings, config_file, read_settings
from briefs.errors import ConfigurationError


def written(text: str, name: str = "config.toml") -> Path:
    """Write a configuration file into the working folder."""
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def refusal(file: Path | None = None) -> str:
    """Return the message with which settings are refused."""
    with pytest.raises(ConfigurationError) as caught:
        read_settings(file)
    assert caught.value.exit_status == 2
    return str(caught.value)


def test_without_a_file_and_variables_everything_has_its_default() -> None:
    """Nothing needs to be configured."""
    assert read_settings() == Settings()
    assert config_file(None) is None


def test_a_file_in_the_working_folder_counts() -> None:
    """./config.toml is read where none is named."""
    written("[answers]\nmax_statements = 7\n")
    assert read_settings().answers.max_statements == 7


def test_the_environment_names_a_file_before_the_working_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """$DATELINE_CONFIG beats ./config.toml."""
    written("[answers]\nmax_statements = 7\n")
    other = written("[answers]\nmax_statements = 8\n", "other.toml")
    monkeypatch.setenv("DATELINE_CONFIG", str(other))
    assert read_settings().answers.max_statements == 8


def test_a_named_file_counts_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """--config beats $DATELINE_CONFIG, even one that points nowhere."""
    monkeypatch.setenv("DATELINE_CONFIG", "nowhere.toml")
    named = written("[answers]\nmax_statements = 9\n", "named.toml")
    assert read_settings(named).answers.max_statements == 9


def test_a_file_in_the_home_folder_can_be_named_with_a_tilde(tmp_path: Path) -> None:
    """~ stands for the home folder."""
    written("[answers]\nmax_statements = 9\n", str(tmp_path / "home" / "mine.toml"))
    assert read_settings(Path("~/mine.toml")).answers.max_statements == 9


def test_a_named_file_that_is_missing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names a file means it: the defaults do not stand in for it."""
    assert "no configuration file nowhere.toml" in refusal(Path("nowhere.toml"))
    monkeypatch.setenv("DATELINE_CONFIG", "elsewhere.toml")
    assert "no configuration file elsewhere.toml" in refusal()


def test_a_folder_is_no_configuration_file(tmp_path: Path) -> None:
    """Naming a folder is refused like naming nothing."""
    assert f"no configuration file {tmp_path}" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '\n[modle]\nname = "hash"\n',
            "{}, line 2: there is no section modle. Did you mean model?",
        ),
        (
            '[model]\n\nnmae = "hash"\n',
            "{}, line 3: there is no key model.nmae. Did you mean name?",
        ),
        (
            "answers.max_statement = 3\n",
            "{}, line 1: there is no key answers.max_statement. Did you mean max_statements?",
        ),
        (
            "[library]\nzzzzzz = 1\n",
            "{}, line 2: there is no key library.zzzzzz. There are: data_dir, folders, feeds.",
        ),
        (
            '[answers]\nmax_statements = "many"\n',
            "{}, line 2: answers.max_statements: input should be a valid integer",
        ),
        ("[answers]\nmax_statements = 0\n", "{}, line 2: answers.max_statements: input should be"),
        ("[answers]\nmax_statements = 11\n", "{}, line 2: answers.max_statements: input should be"),
        ("[answers]\nmin_confidence = 1.5\n", "{}, line 2: answers.min_confidence: input should"),
        ("[answers]\nmin_confidence = nan\n", "{}, line 2: answers.min_confidence: input should"),
        (
            '[model]\nprecision = "half"\n',
            "{}, line 2: model.precision: input should be 'auto', 'full', 'bf16' or 'int8'",
        ),
        ('[model]\nname = ""\n', "{}, line 2: model.name: string should have at least 1"),
        ("[model]\nthreads = 0\n", "{}, line 2: model.threads: input should be"),
        ("\nmodel = 3\n", "{}, line 2: model: input should be a valid dictionary"),
        ("[[model]]\n", "{}, line 1: model: input should be a valid dictionary"),
        ('[library]\n"data_dir" = 7\n', "{}, line 2: library.data_dir: "),
        ('[slack]\napi_url = "slack.com"\n', "{}, line 2: slack.api_url: string should match"),
        ('[slack]\nadmins = ["ann"]\n', "{}, line 2: slack.admins.0: string should match"),
        ('[slack]\nmode = "rtm"\n', "{}, line 2: slack.mode: input should be 'socket' or 'http'"),
        ('[discord]\nguilds = ["news"]\n', "{}, line 2: discord.guilds.0: string should match"),
        ("[discord]\nguilds = [true]\n", "{}, line 2: discord.guilds.0: input should be a valid"),
        ('[discord]\napi_url = "https://x/"\n', "{}, line 2: discord.api_url: string should match"),
        ('[discord]\ntoken = "x"\n', "{}, line 2: there is no key discord.token."),
        ('[slack]\nbot_token = "xoxb"\n', "{}, line 2: there is no key slack.bot_token."),
        (
            '[channels."slack:C0123"]\nrespond_to = "none"\n',
            "{}, line 2: channels.slack:C0123.respond_to: input should be",
        ),
        ("[channels.news]\n", "{}: channels: “news” is no channel; write slack:ID"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_its_file_and_line(text: str, says: str) -> None:
    """The message names file, line and key, and the nearest known key."""
    file = written(text, "mine.toml")
    assert refusal(file).startswith(says.format(file))


def test_broken_toml_is_refused_with_its_line() -> None:
    """A file that is not TOML is named with the line at which it stops being that."""
    file = written('[model]\nname = "hash\n', "mine.toml")
    assert f"{file} is not TOML" in refusal(file)
    assert "line 2" in refusal(file)


def test_a_file_that_is_not_utf8_is_refused() -> None:
    """TOML is UTF-8; another encoding is named as the reason."""
    file = Path("mine.toml")
    file.write_bytes('[library]\ndata_dir = "/srv/Müller"\n'.encode("latin-1"))
    assert f"{file} is not UTF-8" in refusal(file)


def test_every_mistake_is_told_at_once() -> None:
    """Whoever mends a file should not have to run into its mistakes one by one."""
    file = written("[modle]\n[answers]\nmax_statements = 99\n", "mine.toml")
    assert len(refusal(file).splitlines()) == 2


def test_the_environment_beats_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """DATELINE_SECTION__KEY overrides one key, and leaves its neighbours as the file has them."""
    written('[model]\nname = "some-model"\nthreads = 2\n')
    monkeypatch.setenv("DATELINE_MODEL__NAME", "hash")
    monkeypatch.setenv("DATELINE_ANSWERS__MIN_CONFIDENCE", "0.25")
    settings = read_settings()
    assert settings.model.name == "hash"
    assert settings.model.threads == 2
    assert settings.answers.min_confidence == 0.25


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("DATELINE_MODEL__NMAE", "Did you mean DATELINE_MODEL__NAME?"),
        ("DATELINE_NOSUCH__KEY", "is no setting."),
        ("dateline_model__nmae", "Did you mean DATELINE_MODEL__NAME?"),
        ("DATELINE_MODEL", "is no setting."),
    ],
)
@pytest.mark.parametrize("value", ["hash", '{"nmae": 1}', '{"name": "hash"}'])
def test_a_variable_that_is_no_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, says: str, value: str
) -> None:
    """A mistyped variable would otherwise be ignored in silence; it is said once."""
    monkeypatch.setenv(name, value)
    message = refusal()
    assert message.startswith(f"The environment variable {name} is no setting.")
    assert says in message
    assert len(message.splitlines()) == 1


def test_a_variable_with_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable, not a file that has nothing to do with it."""
    written("[model]\nthreads = 2\n[answers]\n")
    monkeypatch.setenv("DATELINE_ANSWERS__MAX_STATEMENTS", "many")
    assert refusal().startswith(
        "The environment variable DATELINE_ANSWERS__MAX_STATEMENTS: answers.max_statements: "
    )


def test_the_data_folder_is_named_then_the_environments_then_set_then_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--data beats $DATELINE_DATA beats library.data_dir beats the platform's folder."""
    users = Settings().data_folder(None)
    assert users == user_data_path("dateline", appauthor=False)
    assert users.is_relative_to(tmp_path / "home")
    written('[library]\ndata_dir = "set"\n')
    settings = read_settings()
    assert settings.data_folder(None) == tmp_path / "set"
    monkeypatch.setenv("DATELINE_DATA", "from-environment")
    assert settings.data_folder(None) == tmp_path / "from-environment"
    assert settings.data_folder(Path("named")) == tmp_path / "named"
    assert settings.data_folder(Path("~/named")) == tmp_path / "home" / "named"
