"""Settings: TOML and the environment, checked before anything else happens.

`--config`, else `$DATELINE_CONFIG`, else `./config.toml`, else the defaults. Every key also as
`DATELINE_SECTION__KEY`, which beats the file.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from adapters.embedding import DEFAULT_MODEL, Precision
from bot.log import Level, Style
from bot.schedule_keys import Schedules
from briefs.errors import ConfigurationError, UsageError
from briefs.granting import Grant, Grants
from briefs.model import MAIN
from briefs.scheduling import checked_channel

PREFIX = "DATELINE_"
_NESTED = "__"
_EVERY = re.compile(r"(?P<count>\d+)\s*(?P<unit>s|sec|m|min|h|hours?|d|days?)")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FolderKeys(_Section):
    """A folder that `dateline run` loads."""

    path: Path
    collection: Annotated[str, Field(min_length=1)] = MAIN
    watch: bool = False


class FeedKeys(_Section):
    """A feed that `dateline run` reads."""

    url: Annotated[str, Field(pattern=r"^https?://")]
    collection: Annotated[str, Field(min_length=1)] = MAIN
    every: Annotated[str, Field(pattern=_EVERY.pattern)] = "30 min"

    @property
    def every_seconds(self) -> float:
        """How long to wait between two readings; never less than a minute."""
        match = _EVERY.fullmatch(self.every)
        if match is None:
            return 1800.0
        unit = {"s": 1, "m": 60, "h": 3600, "d": 86400}[match["unit"][0]]
        return max(60.0, float(match["count"]) * unit)


class LibrarySettings(_Section):
    """Where documents are kept, and where they come from by themselves."""

    data_dir: Annotated[Path | None, Field(description="The data folder.")] = None
    folders: Annotated[tuple[FolderKeys, ...], Field(description="Folders that are loaded.")] = ()
    feeds: Annotated[tuple[FeedKeys, ...], Field(description="Feeds that are read.")] = ()


class ModelSettings(_Section):
    """Which model embeds, and how."""

    name: Annotated[
        str,
        Field(
            min_length=1,
            description="A packaged model, a folder, or any sentence-transformers model id.",
        ),
    ] = DEFAULT_MODEL.name
    precision: Annotated[
        Precision,
        Field(description="auto uses bfloat16 where the CPU computes in it; int8 is for others."),
    ] = "auto"
    device: Annotated[str, Field(min_length=1, description="auto, cpu, cuda, cuda:0, mps, …")] = (
        "auto"
    )
    threads: Annotated[
        int | None, Field(ge=1, le=1024, description="CPU threads for the model; unset: all.")
    ] = None


class AnswerKeys(_Section):
    """How much is answered, and how readily."""

    max_statements: Annotated[
        int, Field(ge=1, le=10, description="Statements in one answer, at most.")
    ] = 3
    min_confidence: Annotated[
        float, Field(ge=0, le=1, description="Below it, Dateline says that it does not know.")
    ] = 0.4
    keep_days: Annotated[
        int, Field(ge=0, le=36_500, description="How long answers are kept; 0: not at all.")
    ] = 90


class BriefKeys(_Section):
    """How much a brief tells."""

    max_points: Annotated[int, Field(ge=1, le=100, description="Points in one brief, at most.")] = (
        12
    )


def _channel(given: str | None) -> str | None:
    try:
        return None if given is None else checked_channel(given)
    except UsageError as error:
        sentence = str(error).removesuffix(".")
        raise PydanticCustomError("channel", "{sentence}", {"sentence": sentence}) from error


class AlertKeys(_Section):
    """Where admins are told what went wrong."""

    channel: Annotated[
        str | None,
        AfterValidator(_channel),
        Field(description="Where deliveries that failed are told; unset: in the log alone."),
    ] = None


class LimitKeys(_Section):
    """What is refused for its size."""

    file_bytes: Annotated[int, Field(ge=1, description="The largest file that is loaded.")] = (
        20_000_000
    )
    page_bytes: Annotated[int, Field(ge=1, description="The largest page that is fetched.")] = (
        5_000_000
    )
    parse_seconds: Annotated[
        float, Field(gt=0, description="How long a parser may work on one source.")
    ] = 20.0
    asks_per_minute: Annotated[
        int, Field(ge=1, description="How often one person may ask in a chat.")
    ] = 20


def _id(given: object) -> object:
    # TOML has integers large enough for them, and quotation marks are forgotten easily.
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


DiscordId = Annotated[str, BeforeValidator(_id), Field(pattern=r"^\d{1,20}$")]
"""An id of Discord's, written as a string or as a number."""

_ENDPOINT = r"^https?://[^\s/]+(?:/\S*)?/$"


class SlackKeys(_Section):
    """Slack."""

    enabled: Annotated[bool, Field(description="Whether `dateline run` connects to Slack.")] = False
    mode: Annotated[
        Literal["socket", "http"],
        Field(description="socket needs no address of its own; http is posted to by Slack."),
    ] = "socket"
    api_url: Annotated[
        str,
        Field(pattern=_ENDPOINT, description="Where Slack's Web API is; it ends with a slash."),
    ] = "https://slack.com/api/"
    admins: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[UW][A-Z0-9]+$")], ...],
        Field(description="Ids of those who may load; none: the workspace's admins and owners."),
    ] = ()


_ADDRESS = r"^https?://[^\s/]+(?:/\S*)?[^\s/]$"


class DiscordKeys(_Section):
    """Discord."""

    enabled: Annotated[bool, Field(description="Whether `dateline run` connects to Discord.")] = (
        False
    )
    api_url: Annotated[
        str,
        Field(
            pattern=_ADDRESS, description="Where Discord's REST API is, without a slash at the end."
        ),
    ] = "https://discord.com/api/v10"
    gateway_url: Annotated[
        str,
        Field(
            pattern=r"^wss?://[^\s/]+(?:/\S*)?/$",
            description="Where Discord's gateway is; it ends with a slash.",
        ),
    ] = "wss://gateway.discord.gg/"
    cdn_url: Annotated[
        str,
        Field(pattern=_ADDRESS, description="Where attachments are, without a slash at the end."),
    ] = "https://cdn.discordapp.com"
    guilds: Annotated[
        tuple[DiscordId, ...],
        Field(description="Ids of the servers in which it answers; none: all that it is in."),
    ] = ()
    admin_roles: Annotated[
        tuple[DiscordId, ...],
        Field(description="Ids of roles whose members may load; none: who has Manage Server."),
    ] = ()


class ChannelKeys(_Section):
    """One channel of a chat platform."""

    collections: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...],
        Field(description="Which collections it may see."),
    ] = (MAIN,)
    respond_to: Annotated[
        Literal["mentions", "all"],
        Field(description="Whether every message is a question, or what mentions Dateline."),
    ] = "mentions"


# No user name before the host, and no query: links are made by adding to its end.
_ADDRESS = r"^https?://[^\s/?#@]+(?:/[^\s?#]*[^\s/?#])?$"


def _channels(given: Mapping[str, ChannelKeys]) -> Mapping[str, ChannelKeys]:
    for name in given:
        _channel(name)
    return given


class WebKeys(_Section):
    """The program's own web server."""

    enabled: Annotated[bool, Field(description="Whether `dateline run` listens.")] = False
    host: Annotated[str, Field(min_length=1, description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, description="0: any that is free.")] = 8080
    public_url: Annotated[
        str | None,
        Field(pattern=_ADDRESS, description="Where readers reach it; no slash at its end."),
    ] = None
    link_days: Annotated[
        int, Field(ge=1, le=3650, description="How long a link to the reader page opens it.")
    ] = 30
    metrics: Annotated[
        Literal["loopback", "public"],
        Field(description="Who may read /metrics: this machine alone, or whoever can connect."),
    ] = "loopback"


class LoggingKeys(_Section):
    """What `dateline run` writes on standard error."""

    format: Annotated[Style, Field(description="text for people, json for what collects logs.")] = (
        "text"
    )
    level: Annotated[
        Level, Field(description="debug shows tracebacks, and the questions that are asked.")
    ] = "info"


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=_NESTED, extra="forbid", frozen=True
    )
    sections: ClassVar[tuple[str, ...]] = (
        *(
            "library",
            "model",
            "answers",
            "briefs",
            "schedules",
            "slack",
            "discord",
            "channels",
            "alerts",
        ),
        *("web", "limits", "logging"),
    )

    library: LibrarySettings = LibrarySettings()
    model: ModelSettings = ModelSettings()
    answers: AnswerKeys = AnswerKeys()
    briefs: BriefKeys = BriefKeys()
    schedules: Schedules = ()
    slack: SlackKeys = SlackKeys()
    discord: DiscordKeys = DiscordKeys()
    channels: Annotated[Mapping[str, ChannelKeys], AfterValidator(_channels)] = {}
    alerts: AlertKeys = AlertKeys()
    web: WebKeys = WebKeys()
    limits: LimitKeys = LimitKeys()
    logging: LoggingKeys = LoggingKeys()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment beat the file."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    @property
    def grants(self) -> Grants:
        """What each channel may see, and how it is answered."""
        return Grants(
            channels={
                name: Grant(
                    collections=frozenset(each.collections),
                    answers_all=each.respond_to == "all",
                )
                for name, each in self.channels.items()
            }
        )

    def data_folder(self, named: Path | None) -> Path:
        """Return the data folder: as named, else `$DATELINE_DATA`, else as set, else the user's."""
        from_environment = os.environ.get("DATELINE_DATA")
        folder = named or (Path(from_environment) if from_environment else self.library.data_dir)
        return (folder or user_data_path("dateline", appauthor=False)).expanduser().resolve()


def config_file(named: Path | None) -> Path | None:
    """Return the configuration file that counts, None for the defaults.

    Raises:
        ConfigurationError: One was named that is not there.
    """
    from_environment = os.environ.get("DATELINE_CONFIG")
    wanted = named or (Path(from_environment) if from_environment else None)
    if wanted is None:
        usual = Path("config.toml")
        return usual if usual.is_file() else None
    if not wanted.expanduser().is_file():
        raise ConfigurationError(
            f"There is no configuration file {wanted}. Copy config.example.toml there, or leave "
            "the option out to use the defaults."
        )
    return wanted.expanduser()


def read_settings(named: Path | None = None) -> Settings:
    """Return the settings from the file that counts and from the environment.

    Raises:
        ConfigurationError: Something is wrong with them; the message names the file, the line and
            the key.
    """
    file = config_file(named)
    text = "" if file is None else _read(file)
    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file} is not TOML: {error}.") from error
    problems = list(_unknown_variables(os.environ))
    try:
        settings = Settings(**stated)
    except SettingsError:
        # A whole section as one variable is not JSON; that it is no setting is among the problems.
        pass
    except ValidationError as error:
        problems += [
            _explained(detail["loc"], detail["type"], detail["msg"], stated, text, file)
            for detail in error.errors()
            # An unknown variable is among the problems already.
            if detail["type"] != "extra_forbidden" or _is_stated(detail["loc"], stated)
        ]
    else:
        if not problems:
            return settings
    raise ConfigurationError("\n".join(problems))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file} is not UTF-8; save it as that.") from error


def _unknown_variables(environment: Mapping[str, str]) -> Iterable[str]:
    """Yield a sentence for each variable that looks like a setting and is none."""
    known = [
        f"{PREFIX}{section}{_NESTED}{key}".upper()
        for section in Settings.sections
        for key in _keys((section,))
    ]
    sections = {f"{PREFIX}{section}".upper() for section in Settings.sections}
    for name in sorted(environment):
        # pydantic-settings reads variables without regard to case.
        upper = name.upper()
        nested = upper.startswith(PREFIX) and _NESTED in upper
        if upper in sections or (nested and upper not in known):
            yield f"The environment variable {name} is no setting.{_nearest(upper, known)}"


def _explained(
    loc: tuple[int | str, ...],
    kind: str,
    message: str,
    stated: dict[str, Any],
    text: str,
    file: Path | None,
) -> str:
    path = tuple(str(part) for part in loc)
    dotted = ".".join(path)
    in_file = _is_stated(path, stated)
    line = _line_of(path, text) if in_file else None
    where = f"{file}{f', line {line}' if line else ''}" if in_file else "The environment"
    if kind == "extra_forbidden":
        known = _keys(path[:-1])
        what = "section" if len(path) == 1 else "key"
        return f"{where}: there is no {what} {dotted}.{_nearest(path[-1], known)}"
    if not in_file:
        where = f"The environment variable {PREFIX}{_NESTED.join(path).upper()}"
    return f"{where}: {dotted}: {message[0].lower()}{message[1:]}."


def _keys(path: tuple[str, ...]) -> list[str]:
    """Return the names that may stand under a path of settings."""
    model: type[BaseModel] = Settings
    for part in path:
        annotation = model.model_fields[part].annotation
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return []
        model = annotation
    return list(model.model_fields)


def _nearest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if close:
        return f" Did you mean {close[0]}?"
    return f" There are: {', '.join(known)}." if known else ""


def _is_stated(path: tuple[int | str, ...], stated: object) -> bool:
    for part in path:
        if isinstance(stated, list) and str(part).isdigit() and int(part) < len(stated):
            stated = stated[int(part)]
        elif isinstance(stated, dict) and part in stated:
            stated = stated[part]
        else:
            return False
    return True


def _line_of(path: tuple[str, ...], text: str) -> int | None:
    """Return the line on which a key or a section stands, as far as the usual layout tells."""
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line)
        if header:
            section = tuple(part.strip().strip("\"'") for part in header[1].split("."))
            if section == path:
                return number
            continue
        key = re.match(r"\s*([\w.\"'-]+)\s*=", line)
        if key:
            names = tuple(part.strip("\"'") for part in key[1].split("."))
            if (*section, *names) == path[: len(section) + len(names)]:
                return number
    return None
