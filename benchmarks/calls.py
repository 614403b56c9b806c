"""Reads and writes over HTTP: ours, the plain service and the bare server, at the same requests."""

import json
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks import load, seed, service
from benchmarks.rounds import Pace, median_rounds
from benchmarks.scale import Scale
from benchmarks.service import Service
from benchmarks.table import Row

REQUESTS = 4_096  # different ones, asked over and over
LIST_LIMIT = 100


@dataclass(frozen=True)
class Call:
    """One documented call: how the table names it, and requests of its kind (path, body)."""

    what: str
    method: str
    requests: list[tuple[str, bytes | None]]

    def encoded(self) -> list[bytes]:
        return [
            load.get(path) if body is None else load.post(path, body)
            for path, body in self.requests
        ]


def rows(scale: Scale, folder: Path) -> list[Row]:
    """Three calls with `scale.scenes` scenes in both databases."""
    with ExitStack() as stack:
        ours, plain = folder / "ours", folder / "plain"
        seed.seed_ours(ours, scale)
        seed.seed_plain(plain, scale)
        services = {
            "ours": stack.enter_context(service.running(service.ours(ours))),
            "plain": stack.enter_context(service.running(service.plain(plain))),
        }
        project, scenes, create = calls(scale)
        get_project = paces_of(project, services, scale)
        list_scenes = paces_of(scenes, services, scale)
        create_scene = paces_of(create, services, scale)
    return [
        rate(project.what, get_project, "floor", "bare HTTP server", at_least=0.12),
        rate(scenes.what, list_scenes, "plain", "plain service", at_least=12),
        rate(create.what, create_scene, "plain", "plain service", at_least=3),
        tail(project.what, get_project),
        tail(scenes.what, list_scenes),
        tail(create.what, create_scene),
    ]


def calls(scale: Scale) -> tuple[Call, Call, Call]:
    """Read a project, list a branch's scenes, create a scene: rows chosen by a seeded draw."""
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

    return (
        Call(
            "GET /projects/{id}",
            "GET",
            [(f"/api/anime/projects/{project_id()}", None) for _ in range(REQUESTS)],
        ),
        Call(
            f"GET /scenes?…&limit={LIST_LIMIT}",
            "GET",
            [(scenes_path(), None) for _ in range(REQUESTS)],
        ),
        Call("POST /scenes", "POST", [("/api/anime/scenes", scene()) for _ in range(REQUESTS)]),
    )


def paces_of(call: Call, services: dict[str, Service], scale: Scale) -> dict[str, Pace]:
    """The pace of each service, and of a bare server whose answers are as long as ours."""
    length = length_of_equal_answers(call, services)
    with service.running(service.floor(length)) as floor:
        return median_rounds(call.what, {**services, "floor": floor}, call.encoded(), scale)


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
