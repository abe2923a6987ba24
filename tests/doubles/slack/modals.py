"""The Web API's views.* methods, and the rules of views: hashes, triggers, three modals at most."""

from copy import deepcopy

from tests.doubles.slack.block_rules import view_problems
from tests.doubles.slack.controls import states
from tests.doubles.slack.faults import Refusal
from tests.doubles.slack.nouns import Json, Trigger, View
from tests.doubles.slack.web_api import Arguments, Method
from tests.doubles.slack.workspace import TRIGGER_LIFE, Workspace, named_blocks

MOST_VIEWS = 3
MOST_BYTES = 250_000


def view_json(workspace: Workspace, view: View) -> Json:
    """Return a view as the Web API and payloads give it."""
    home = view.definition["type"] == "home"
    empty = {"title": None, "close": None, "submit": None, "external_id": ""}
    defaults = empty | {"private_metadata": "", "callback_id": "", "clear_on_close": False}
    if home:
        defaults["title"] = {"type": "plain_text", "text": "View Title", "emoji": True}
    return (
        defaults
        | {"notify_on_close": False}
        | deepcopy(view.definition)
        | {
            "id": view.id,
            "team_id": workspace.team_id,
            "state": {"values": states(view.blocks, view.values)},
            "hash": view.hash,
            "previous_view_id": view.previous,
            "root_view_id": view.root,
            "app_id": workspace.app_id,
            "app_installed_team_id": workspace.team_id,
            "bot_id": workspace.bot_id,
        }
    )


def checked(workspace: Workspace, definition: object, kind: str, *, besides: str = "") -> Json:
    """Return what a view is to be, or refuse it.

    Raises:
        Refusal: it is against the rules, or its external_id is another view's
    """
    if not isinstance(definition, dict):
        raise Refusal("invalid_arguments", response_metadata={"messages": ["[ERROR] no view"]})
    if found := view_problems(definition, kind):
        raise Refusal("invalid_arguments", response_metadata={"messages": found})
    if len(str(definition).encode()) > MOST_BYTES:
        raise Refusal("view_too_large")
    external = definition.get("external_id")
    views = [*workspace.opened.values(), *workspace.homes.values()]
    if external and any(
        view.open and view.id != besides and view.definition.get("external_id") == external
        for view in views
    ):
        raise Refusal("duplicate_external_id")
    return definition | {"blocks": named_blocks(definition["blocks"])}


def pushed(workspace: Workspace, user: str, definition: Json) -> View:
    """Put a new modal on top of those of a person."""
    stack = workspace.stacks.setdefault(user, [])
    if len(stack) >= MOST_VIEWS:
        raise Refusal("push_limit_reached")
    name = workspace.new_id("V")
    view = View(
        id=name,
        user=user,
        definition=definition,
        hash=workspace.new_ts(),
        root=stack[0].id if stack else name,
        previous=stack[-1].id if stack else None,
    )
    stack.append(view)
    workspace.opened[name] = view
    return view


def renewed(workspace: Workspace, view: View, definition: Json) -> None:
    """Let a view read otherwise; what inputs of the same ids hold is kept."""
    view.definition, view.hash = definition, workspace.new_ts()
    kept = states(view.blocks, view.values)
    view.values = {
        block: {action: held for action, held in actions.items() if action in kept.get(block, {})}
        for block, actions in view.values.items()
    }


def cleared(workspace: Workspace, user: str) -> None:
    """Close every modal of a person."""
    for view in workspace.stacks.pop(user, ()):
        view.open = False


def _trigger(workspace: Workspace, given: Arguments) -> Trigger:
    trigger = workspace.triggers.get(given.need("trigger_id"))
    if trigger is None:
        raise Refusal("invalid_trigger_id")
    if trigger.used:
        raise Refusal("exchanged_trigger_id")
    if workspace.now() - trigger.at > TRIGGER_LIFE:
        raise Refusal("expired_trigger_id")
    return trigger


def _view(given: Arguments) -> object:
    return given.structure("view", "invalid_arguments")


def _open(workspace: Workspace, given: Arguments) -> Json:
    trigger = _trigger(workspace, given)
    definition = checked(workspace, _view(given), "modal")
    trigger.used = True
    cleared(workspace, trigger.user)
    return {"view": view_json(workspace, pushed(workspace, trigger.user, definition))}


def _push(workspace: Workspace, given: Arguments) -> Json:
    trigger = _trigger(workspace, given)
    definition = checked(workspace, _view(given), "modal")
    if trigger.view is None or not workspace.opened[trigger.view].open:
        raise Refusal("invalid_trigger_id")
    view = pushed(workspace, trigger.user, definition)
    trigger.used = True
    return {"view": view_json(workspace, view)}


def _update(workspace: Workspace, given: Arguments) -> Json:
    wanted, external = given.text("view_id"), given.text("external_id")
    if not wanted and not external:
        raise Refusal("invalid_arguments")
    views = [*workspace.opened.values(), *workspace.homes.values()]
    view = next(
        (
            each
            for each in views
            if each.open
            and (each.id == wanted if wanted else each.definition.get("external_id") == external)
        ),
        None,
    )
    if view is None:
        raise Refusal("not_found")
    kind = str(view.definition["type"])
    definition = checked(workspace, _view(given), kind, besides=view.id)
    _check_hash(view, given)
    renewed(workspace, view, definition)
    return {"view": view_json(workspace, view)}


def _check_hash(view: View | None, given: Arguments) -> None:
    if given.text("hash") and (view is None or given.text("hash") != view.hash):
        raise Refusal("hash_conflict")


def _publish(workspace: Workspace, given: Arguments) -> Json:
    user = given.need("user_id")
    if user not in workspace.users:
        raise Refusal("invalid_arguments")
    view = workspace.homes.get(user)
    besides = view.id if view else ""
    definition = checked(workspace, _view(given), "home", besides=besides)
    _check_hash(view, given)
    if view is None:
        name = workspace.new_id("V")
        view = View(id=name, user=user, definition=definition, hash=workspace.new_ts(), root=name)
        workspace.homes[user] = view
    else:
        renewed(workspace, view, definition)
    return {"view": view_json(workspace, view)}


METHODS = {
    "views.open": Method(_open),
    "views.push": Method(_push),
    "views.update": Method(_update),
    "views.publish": Method(_publish),
}
