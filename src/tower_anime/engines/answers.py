"""What a ComfyUI server answers, read into our own shapes. Pure.

Servers differ by version, and custom nodes add to their answers: what is not known is passed over,
and what must be there and is not raises `Strange`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from tower_anime.engines.troubles import NodeError, Refused, Strange, clean, without_paths

Json = Any  # whatever a server sends
Ended = Literal["success", "error", "interrupted"]


class Queue(NamedTuple):
    """The ids of the prompts that a server runs, and of those that wait, the next one first."""

    running: list[str]
    pending: list[str]


class Device(NamedTuple):
    """What a server renders on; bytes of its memory in all and free, where it tells."""

    name: str
    type: str
    memory: int | None
    free: int | None


class Stats(NamedTuple):
    """Which ComfyUI a server is (`None` for old ones, which do not say), and on what it runs."""

    version: str | None
    devices: tuple[Device, ...]


class Output(NamedTuple):
    """A file that a node wrote. `key` is where it was listed (`images`, `gifs`, `audio`): it does
    not tell the file's kind, and neither does its name. `type` is `output` or `temp`.
    """

    node: str
    key: str
    filename: str
    subfolder: str
    type: str


# All that FFmpeg says of an encoder that takes no odd sizes, by way of PyAV or of itself.
_NO_ENCODER = re.compile(r"avcodec_open2\(|not divisible by 2")
ODD_SIZES = "Films in H.264 need an even width and height: look whether one of them is odd."


class RunError(NamedTuple):
    """Where and of what a run failed. The traceback names paths of the server: for the log only."""

    node: str | None
    class_type: str | None
    kind: str
    message: str
    traceback: str

    @property
    def sentence(self) -> str:
        """The error for a person."""
        where = f"Node {self.node} ({self.class_type}) failed" if self.node else "The run failed"
        told = f"{where}: {without_paths(self.message) or self.kind}"
        return f"{told}. {ODD_SIZES}" if _NO_ENCODER.search(self.message) else told


class History(NamedTuple):
    """How a run ended, what it wrote (also before it failed), which nodes were cached, and how many
    seconds it took by the server's clock: 0 where it does not say.
    """

    ended: Ended
    outputs: tuple[Output, ...]
    error: RunError | None
    cached: frozenset[str]
    seconds: float


def queue(answer: Json) -> Queue:
    """The answer of `GET /queue`. Its entries are `[number, id, graph, …]`, in no order."""
    found = _mapping(answer)
    if not {"queue_running", "queue_pending"} <= found.keys():
        raise Strange("The server's queue has another shape than ComfyUI's.")
    pending = sorted(_entries(found["queue_pending"]))
    running = [prompt_id for _, prompt_id in _entries(found["queue_running"])]
    return Queue(running, [prompt_id for _, prompt_id in pending])


def _entries(listed: Json) -> Iterator[tuple[float, str]]:
    for entry in listed if isinstance(listed, list) else []:
        match entry:
            case [int() | float() as number, str(prompt_id), *_]:
                yield number, prompt_id


def stats(answer: Json) -> Stats:
    """The answer of `GET /system_stats`."""
    found = _mapping(answer)
    system, devices = found.get("system"), found.get("devices")
    if not isinstance(system, dict) or not isinstance(devices, list):
        raise Strange("What answers there is no ComfyUI: it tells nothing of its system.")
    version = system.get("comfyui_version")
    listed = (device for device in devices if isinstance(device, dict))
    return Stats(
        clean(version[:100]) if isinstance(version, str) else None,
        tuple(
            Device(
                clean(str(device.get("name", "unknown"))[:200]),
                clean(str(device.get("type", "unknown"))[:50]),
                _bytes(device.get("vram_total")),
                _bytes(device.get("vram_free")),
            )
            for device in listed
        ),
    )


def object_info(answer: Json) -> Mapping[str, Json]:
    """The answer of `GET /object_info`: node class → its declaration."""
    found = _mapping(answer)
    if not found or not all(isinstance(declared, dict) for declared in found.values()):
        raise Strange("The server's list of nodes has another shape than ComfyUI's.")
    return found


def history(answer: Json, prompt_id: str) -> History | None:
    """The answer of `GET /history/{id}`; `None` while a run is not over, or is not known."""
    entry = _mapping(answer).get(prompt_id)
    if not isinstance(entry, dict):
        return None
    outputs = tuple(_outputs(entry.get("outputs")))
    status = entry.get("status")
    status = status if isinstance(status, dict) else {}
    messages = list(_messages(status.get("messages")))
    ended = _ended(status, messages, has_outputs=bool(outputs))
    told = (data for kind, data in messages if kind == "execution_error")
    error = next((run_error(data) for data in told), None) if ended == "error" else None
    cached = frozenset(
        node
        for kind, data in messages
        if kind == "execution_cached"
        for node in data.get("nodes") or ()
        if isinstance(node, str)
    )
    return History(ended, outputs, error, cached, _seconds(messages))


def _messages(listed: Json) -> Iterator[tuple[str, dict[str, Json]]]:
    for message in listed if isinstance(listed, list) else []:
        match message:
            case [str(kind), dict(data)]:
                yield kind, data


def _seconds(messages: list[tuple[str, dict[str, Json]]]) -> float:
    """From the first message to the last, which are stamped with milliseconds."""
    told = [data.get("timestamp") for _, data in messages]
    times = [time for time in told if isinstance(time, int)]
    return max((times[-1] - times[0]) / 1000, 0.0) if times else 0.0


def _ended(
    status: dict[str, Json], messages: list[tuple[str, dict[str, Json]]], *, has_outputs: bool
) -> Ended:
    """An error and an interrupt have the same status; the last message tells them apart."""
    if not status:  # servers of 2023 kept none
        return "success" if has_outputs else "error"
    if status.get("status_str") == "success":
        return "success"
    return "interrupted" if messages and messages[-1][0] == "execution_interrupted" else "error"


def _outputs(found: Json) -> Iterator[Output]:
    for node, listed in found.items() if isinstance(found, dict) else ():
        for key, entries in listed.items() if isinstance(listed, dict) else ():
            for entry in entries if isinstance(entries, list) else ():
                if isinstance(entry, dict) and isinstance(entry.get("filename"), str):
                    subfolder, kind = entry.get("subfolder") or "", entry.get("type") or "output"
                    told = node, key, entry["filename"], str(subfolder), str(kind)
                    yield Output(*map(clean, told))


def run_error(data: Mapping[str, Json]) -> RunError:
    """What an `execution_error` says, from the history or the websocket."""
    traceback = data.get("traceback")
    lines = traceback if isinstance(traceback, list) else []
    return RunError(
        _text(data.get("node_id")),
        _text(data.get("node_type")),
        _text(data.get("exception_type")) or "error",
        (_text(data.get("exception_message")) or "").strip(),
        "".join(line for line in lines if isinstance(line, str)),
    )


def refusal(answer: Json) -> Refused:
    """Why `POST /prompt` refuses a graph: from a 400, or from the `node_errors` of a 200."""
    found = answer if isinstance(answer, dict) else {}
    nodes = tuple(_node_errors(found.get("node_errors")))
    error = found.get("error")
    error = error if isinstance(error, dict) else {"message": error or "it gives no reason"}
    kind = _text(error.get("type")) or "node_errors"
    if nodes:
        causes = "; ".join(dict.fromkeys(_cause(node) for node in nodes))
        return Refused(without_paths(f"The server refuses the workflow: {causes}"), kind, nodes)
    words = [str(error.get(name) or "").strip() for name in ("message", "details")]
    told = " ".join(word for word in dict.fromkeys(words) if word)
    return Refused(without_paths(f"The server refuses the workflow: {told}"), kind)


def _cause(node: NodeError) -> str:
    return f"node {node.node} ({node.class_type}): {node.sentence}"


def _node_errors(found: Json) -> Iterator[NodeError]:
    for node, entry in found.items() if isinstance(found, dict) else ():
        told = entry if isinstance(entry, dict) else {}
        class_type = str(told.get("class_type") or "unknown")
        listed = told.get("errors")
        errors = [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []
        for error in errors or [{}]:
            message = str(error.get("message") or "refused").strip()
            details = str(error.get("details") or "").strip()
            sentence = without_paths(f"{message}: {details}" if details else message)
            yield NodeError(node, class_type, str(error.get("type") or "unknown"), sentence)


def _mapping(answer: Json) -> dict[str, Json]:
    if not isinstance(answer, dict):
        raise Strange("What answers there is no ComfyUI: its answer is no JSON object.")
    return answer


def _bytes(value: Json) -> int | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and 0 <= value < 2**60 else None


def _text(value: Json) -> str | None:
    return clean(value) if isinstance(value, str) else None
