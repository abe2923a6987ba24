"""A server that speaks Discord's REST API and gateway, version 10, for the real discord.py.

It refuses what Discord refuses. A test arranges a place, starts its client, acts as people do and
looks at what they would see::

    async with DiscordDouble() as server:
        guild = server.guild(name="The newsroom")
        desk = server.channel(guild, "desk")
        ada = server.member(guild, "Ada")
        with server.pointed():                       # or set the three addresses yourself
            client = Client(intents=…, guild_ready_timeout=0.1)
            running = asyncio.create_task(client.start(server.token))
            await server.until(lambda: server.connected and server.registrations)

            asked = await server.slash("ask", {"question": "How many?"}, member=ada, channel=desk)
            reply = await asked.replied()            # a Message
            assert asked.deferred and asked.acked_after < 3 and not reply.ephemeral

            form = await (await server.click(reply, "more", member=ada)).shown()
            await (await server.submit(form, {"topic": "boats"}, member=ada)).replied()

            said = await server.say(desk, f"{server.bot.mention} and you?", member=ada)
            await server.until(lambda: server.messages(desk)[-1] is not said)

            server.fault("POST", "/channels/{}/messages", LostReply(), ServerError(502))
            await server.drop_gateway()
            await server.until(lambda: server.resumes)

Addresses: `api_url`, `gateway_url`, `cdn_url`; `token`, `application_id`, `bot`.
Places: `guild`, `channel`, `deny`, `delete_channel`, `role`, `user`, `member`, `dm`, `attach`.
Acts: `slash`, `autocomplete`, `context_menu`, `click`, `submit`, `say`, `edit`. They raise
`Impossible` for what no client lets a person do: an option that is not registered, a button that
is not there.
To look at: an `Interaction` of each act; `messages`, `commands`, `registrations`, `calls`,
`typing`, `presence`, `identifies`, `resumes`, `connected`, `invalid_requests`; `pings(message)`.
Faults: `fault`, `clear_faults`, `drop_gateway`, `reconnect_gateway`, `invalidate_session`,
`mute_gateway`, `refuse_gateway`, `ready_again`, `dispatch_raw`; `gateway.closed` holds the codes
with which the server hung up.
Settings: `privileged` (intents granted; none at first), `patience`, `token_life`, `link_life`,
`nonce_life`, `attachment_size_limit`, `heartbeat_interval`, `shards`, `rate_limits`,
`rest.limits.most_invalid`.
"""

import warnings

with warnings.catch_warnings():
    # The library imports `audioop` for voice, which Python deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord  # noqa: F401

from tests.doubles.discord_server.double import DiscordDouble
from tests.doubles.discord_server.faults import (
    ApiError,
    LostReply,
    LostRequest,
    RateLimited,
    ServerError,
    Slow,
)
from tests.doubles.discord_server.interactions import Interaction, Modal
from tests.doubles.discord_server.messages import Attachment, Message
from tests.doubles.discord_server.pinging import pings
from tests.doubles.discord_server.refusing import Impossible
from tests.doubles.discord_server.requests import Call
from tests.doubles.discord_server.things import Channel, Guild, Member, Role, User

__all__ = [
    "ApiError",
    "Attachment",
    "Call",
    "Channel",
    "DiscordDouble",
    "Guild",
    "Impossible",
    "Interaction",
    "LostReply",
    "LostRequest",
    "Member",
    "Message",
    "Modal",
    "RateLimited",
    "Role",
    "ServerError",
    "Slow",
    "User",
    "pings",
]
