"""Reads and writes over HTTP: ours, the plain service and the bare server, at the same requests."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random

from benchmarks import load, seed, service
from benchmarks.rounds import Pace, median_rounds
from benchmarks.scale import Scale
from benchmarks.service import Service
from benchmarks.table import Row
from tower_anime.core.shown import Shown

REQUESTS = 4_096  # different ones, asked over and over
LIST_LIMIT = 100
_NO_KEY = "?" * 16


@dataclass(frozen=True)
class Call:
    """One call: how the table names it, and requests of its kind (path, body)."""

    what: str
    method: str
    requests: list[tuple[str, bytes | None]]

    def in_turn(self) -> load.NextRequest:
        """The requests one after another, over and over."""
        return load.in_turn(
            [
                load.get(path) if body is None else load.post(path, body)
                for path, body in self.requests
            ]
        )

    def each_with_a_key(self) -> load.NextRequest:
        """As `in_turn`, each request with an Idempotency-Key of its own, of 16 digits."""
        whole = [
            load.post(path, body or b"", Idempotency_Key=_NO_KEY).partition(_NO_KEY.encode())
            for path, body in self.requests
        ]
        return (
            b"%s%016x%s" % (before, number, after)
            for number, (before, _, after) in enumerate(cycle(whole))
        ).__next__


def rows(scale: Scale, folder: Path) -> list[Row]:
    """Calls with `scale.scenes` scenes in both databases."""
    with ExitStack() as stack:
        ours, plain = folder / "ours", folder / "plain"
        seed.seed_ours(ours, scale)
        seed.seed_plain(plain, scale)
        ours_runs = stack.enter_context(service.running(service.ours(ours)))
        plain_runs = stack.enter_context(service.running(service.plain(plain)))
        both = {"ours": ours_runs, "plain": plain_runs}
        project, one, scenes, create = calls(scale)
        get_project = paces_of(project, both, scale)
        get_scene = paces_of(one, {"ours": ours_runs}, scale)
        unchanged = paces_of(one, {"ours": ours_runs}, scale, known_to_the_caller(one, ours_runs))
        list_scenes = paces_of(scenes, both, scale)
        create_scene = paces_of(create, both, scale)
        create_once = paces_of(create, both, scale, create.each_with_a_key())
    floor, other = "bare HTTP server", "plain service"
    return [
        rate(project.what, get_project, "floor", floor, at_least=0.12),
        rate(one.what, get_scene, "floor", floor, at_least=0.12),
        rate(f"{one.what}, unchanged: 304", unchanged, "floor", floor, at_least=0.15),
        rate(scenes.what, list_scenes, "plain", other, at_least=14),
        rate(create.what, create_scene, "plain", other, at_least=3),
        rate(f"{create.what} with Idempotency-Key", create_once, "plain", other, at_least=3),
        tail(project.what, get_project),
        tail(scenes.what, list_scenes),
        tail(create.what, create_scene),
    ]


def calls(scale: Scale) -> tuple[Call, Call, Call, Call]:
    """Read a project, read a scene, list a branch's scenes, create a scene: by a seeded draw."""
    draw = Random(20_261_122)

    def project_id() -> int:
        return draw.randint(1, scale.projects)

    def scenes_path() -> str:
        branch = draw.choice(seed.BRANCHES)
        return (
            f"/api/anime/scenes?project_id={project_id()}&branch_name={branch}&limit={LIST_LIMIT}"
        )

    def scene() -> bytes:
        return json.dumps(seed.scene(project_id(), draw.randint(1, 500))).encode()

    def many(path: Callable[[], str]) -> list[tuple[str, bytes | None]]:
        return [(path(), None) for _ in range(REQUESTS)]

    return (
        Call("GET /projects/{id}", "GET", many(lambda: f"/api/anime/projects/{project_id()}")),
        Call(
            "GET /scenes/{id}",
            "GET",
            many(lambda: f"/api/anime/scenes/{draw.randint(1, scale.scenes)}"),
        ),
        Call(f"GET /scenes?…&limit={LIST_LIMIT}", "GET", many(scenes_path)),
        Call("POST /scenes", "POST", [("/api/anime/scenes", scene()) for _ in range(REQUESTS)]),
    )


def known_to_the_caller(call: Call, ours: Service) -> load.NextRequest:
    """The call's requests, each with the entity tag of what it would get."""

    def known(path: str) -> bytes:
        body = ours.answer("GET", path)[1]
        tag = Shown(body.decode(), json.loads(body)["revision"]).tag
        return load.get(path, If_None_Match=f'"{tag}"')

    return load.in_turn([known(path) for path, _ in call.requests])


def paces_of(
    call: Call,
    services: dict[str, Service],
    scale: Scale,
    next_request: load.NextRequest | None = None,
) -> dict[str, Pace]:
    """The pace of each service, and of a bare server whose answers are as long as ours.

    `next_request` makes the requests where they are more than the call's own.
    """
    if "plain" in services:
        length = length_of_equal_answers(call, services)
    else:
        length = len(services["ours"].answer(call.method, *call.requests[0])[1])
    with service.running(service.floor(length)) as floor:
        return median_rounds(
            call.what, {**services, "floor": floor}, next_request or call.in_turn(), scale
        )


def length_of_equal_answers(call: Call, services: dict[str, Service]) -> int:
    """Our answer's length in bytes. Raises `load.RefusedError` where we answer other things."""
    path, body = call.requests[0]
    ours, plain = (services[name].answer(call.method, path, body) for name in ("ours", "plain"))
    if ours[0] != 200 or plain[0] != 200:
        raise load.RefusedError(f"{call.what}: ours {ours[0]} {ours[1]!r}, plain {plain[0]}.")
    kept = fields_of(plain[1])
    if [row.keys() & kept[0].keys() for row in fields_of(ours[1])] != [row.keys() for row in kept]:
        raise load.RefusedError(f"{call.what}: the answers do not have the same rows and fields.")
    return len(ours[1])


def fields_of(answer: bytes) -> list[dict[str, object]]:
    """The rows of an answer; a single row is a list of one."""
    parsed = json.loads(answer)
    return parsed if isinstance(parsed, list) else [parsed]


def rate(what: str, paces: dict[str, Pace], other: str, other_is: str, at_least: float) -> Row:
    """Requests a second, ours beside another's."""
    ours, others = paces["ours"].per_second, paces[other].per_second
    return Row(what, ours, others, other_is, "requests/s", "≥", at_least)


def tail(what: str, paces: dict[str, Pace]) -> Row:
    """The 99th percentile, ours beside the plain service's."""
    ours, others = paces["ours"].p99, paces["plain"].p99
    return Row(f"{what}, p99", ours, others, "plain service", "ms", "<", 1)
