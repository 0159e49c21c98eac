"""Who hears of what, and that runs which fall silent are noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from tests.support import loop
from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.permissions import Actor
from trireme.domain.run import STALE_AFTER_MS
from trireme.server.services import Services
from trireme.services.events import Events, News
from trireme.services.silence import SilenceWatch

A, B = ProjectId(1), ProjectId(2)


async def heard(stream: AsyncIterator[dict[ProjectId, News]], publish: Callable[[], None]) -> dict[ProjectId, News]:
    """What a listener hears of what is published once it listens."""
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    publish()
    return await waiting


def test_each_hears_of_its_projects() -> None:
    events = Events()
    events.publish(A, [RunKey(1)])  # nobody listens

    def publish() -> None:
        events.publish(A, [RunKey(2), RunKey(1)])
        events.publish(B, [RunKey(9)])
        events.publish_saved(A, "views")

    async def listen() -> None:
        one, everything = events.listen({A}), events.listen(None)
        assert not events.listened(A)
        first = asyncio.ensure_future(anext(one))
        await asyncio.sleep(0)
        assert events.listened(A) and not events.listened(B)
        assert await heard(everything, publish) == {A: News({RunKey(1), RunKey(2)}, {"views"}), B: News({RunKey(9)})}
        assert await first == {A: News({RunKey(1), RunKey(2)}, {"views"})}
        await one.aclose()
        await everything.aclose()
        assert not events.listened(A)

    loop.run(listen())


def test_an_idle_line_says_that_it_lives() -> None:
    async def listen() -> None:
        stream = Events().listen(None, idle_seconds=0.001)
        assert await anext(stream) == {}
        await stream.aclose()

    loop.run(listen())


def test_a_run_that_falls_silent_is_told_once(services: Services, actor: Actor) -> None:
    run = services.runs.create(actor, project="team/silent", custom_run_id="r").record
    events = Events()
    watch = SilenceWatch(services.catalog, events)
    stale = run.heard_at + STALE_AFTER_MS

    async def listen() -> None:
        stream = events.listen({run.project_id}, idle_seconds=0.2)
        watch.look(stale - 1)
        assert await heard(stream, lambda: watch.look(stale + 1)) == {run.project_id: News({run.key})}
        watch.look(stale + 60_000)
        assert await anext(stream) == {}
        await stream.aclose()

    loop.run(listen())
