"""The manifest of the app: written out as it is, and asking for what is used and no more."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import manifest, names
from tests.adapters.slack.conftest import ANN, NEWS, asked
from tests.doubles.slack import SlackDouble
from tests.running import ROOT

ADAPTER = ROOT / "adapters" / "slack"
SCOPES_OF = {
    "apps_connections_open": (),
    "auth_test": (),
    "chat_postEphemeral": ("chat:write",),
    "chat_postMessage": ("chat:write",),
    "conversations_history": ("channels:history", "groups:history", "im:history"),
    "conversations_info": ("channels:read", "groups:read"),
    "conversations_replies": ("channels:history", "groups:history", "im:history"),
    "files_info": ("files:read",),
    "reactions_add": ("reactions:write",),
    "reactions_remove": ("reactions:write",),
    "users_info": ("users:read",),
    "views_open": (),
    "views_publish": (),
}
"""By the methods of the Web API: the scopes that Slack's documentation names for them."""
OTHERWISE = {
    "app_mentions:read": "app_mention",
    "commands": "a command",
    "files:read": "a download",
}
"""Scopes that something else than a method needs."""


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """Yield the modules of the adapter."""
    for file in sorted(ADAPTER.glob("*.py")):
        yield file, ast.parse(file.read_text(encoding="utf-8"))


def methods() -> set[str]:
    """Return the methods of the Web API that the adapter names."""
    return {
        node.attr
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and "_" in node.attr
        and callable(getattr(AsyncWebClient, node.attr, None))
        and ast.unparse(node.value).endswith("client")
    }


def listened(kind: str) -> list[str]:
    """Return to what listeners of a kind are registered, as the code writes it."""
    tree = ast.parse((ADAPTER / "listening.py").read_text(encoding="utf-8"))
    return [
        ast.unparse(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == kind
        and ast.unparse(node.func.value) == "app"
    ]


def test_the_manifest_is_written_out_as_it_is() -> None:
    """So that nobody copies an older one; `make docs` writes it anew."""
    written = (ROOT / "docs" / "slack-manifest.yaml").read_text(encoding="utf-8")
    assert written == manifest.written()
    assert yaml.safe_load(written) == manifest.manifest()


def test_the_manifest_keeps_to_slacks_limits() -> None:
    """Of names and descriptions."""
    features = manifest.manifest()["features"]
    for each in features["slash_commands"]:
        assert each["command"].startswith("/")
        assert len(each["command"]) <= 32
        assert 0 < len(each["description"]) <= 2_000
        assert len(each["usage_hint"]) <= 1_000
        assert each["should_escape"] is True
    for each in features["shortcuts"]:
        assert len(each["name"]) <= 24
        assert len(each["description"]) <= 150
    about = manifest.manifest()["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140


def test_every_method_is_covered_by_the_scopes() -> None:
    """A method that is new here has to say what it needs."""
    used = methods()
    assert used <= set(SCOPES_OF), "say which scopes it needs"
    assert used > {"chat_postMessage", "views_open"}
    needed = {scope for method in used for scope in SCOPES_OF[method]}
    assert needed <= set(manifest.SCOPES)


def test_every_scope_is_used() -> None:
    """And says for what: what is not needed is not asked for."""
    needed = {scope for method in methods() for scope in SCOPES_OF[method]}
    assert set(manifest.SCOPES) - needed <= set(OTHERWISE)
    assert all(manifest.SCOPES.values())


def test_every_event_has_a_listener_and_the_scope_that_it_needs() -> None:
    """And there is no listener for what nobody tells of."""
    told = {each.split(".")[0] for each in manifest.EVENTS}
    assert {ast.literal_eval(each) for each in listened("event")} == told
    kinds = {each.split(".")[1] for each in manifest.EVENTS if each.startswith("message.")}
    assert {f"{kind}:history" for kind in kinds} <= set(manifest.SCOPES)
    assert manifest.manifest()["settings"]["event_subscriptions"]["bot_events"] == list(
        manifest.EVENTS
    )


def test_every_shortcut_and_form_has_a_listener() -> None:
    """What can be opened can be sent."""
    assert listened("shortcut") == ["LOAD"]
    (shortcut,) = manifest.manifest()["features"]["shortcuts"]
    assert shortcut["callback_id"] == manifest.LOAD
    assert listened("options") == ["names.SCHEDULE_ZONE"]
    forms = {names.ADD, names.EDIT_SAVE, names.SCHEDULE, names.SCHEDULE_SAVE, names.WHY}
    called = {
        ast.unparse(node.args[2])
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "modal"
    }
    assert {getattr(names, each.removeprefix("names.")) for each in called} == forms


@pytest.mark.usefixtures("dateline")
@pytest.mark.parametrize("command", list(manifest.COMMANDS))
async def test_every_command_answers_to_its_own_hint(slack: SlackDouble, command: str) -> None:
    """What the manifest shows as an example can be typed."""
    hint = manifest.COMMANDS[command][1]
    typed = {"add https://…": "add https://127.0.0.1/"}.get(hint, hint)
    await slack.command(command, typed, user=ANN, channel=NEWS)
    said = await slack.until(lambda: [*slack.ephemerals(ANN), *slack.posts()])
    assert "There is no command" not in said[0].text
    assert "Type one of" not in said[0].text


@pytest.mark.usefixtures("dateline")
async def test_the_commands_that_are_shown_are_those_of_the_manifest(slack: SlackDouble) -> None:
    """Of what `/dateline help` lists, each can be typed in Slack, or begins with one that can."""
    shown = await asked(slack, "/dateline", "help", user=ANN)
    typed = {line.split()[1] for line in shown.splitlines() if line.startswith("• /")}
    assert set(manifest.COMMANDS) <= typed
    assert typed - set(manifest.COMMANDS) == set()
