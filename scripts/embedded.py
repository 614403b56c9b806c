"""How conversions compare with what ComfyUI's own front end made of the same files.

    python -m scripts.embedded FOLDER OBJECT_INFO

FOLDER has pictures and films that ComfyUI wrote, with both texts inside: the editor's file, and the
graph that was sent for it. The repository ComfyUI_examples has more than a hundred. What differs is
told, but for two things: buttons of the editor that older versions sent along, and inputs that the
server has and the version of the file did not know.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tower_anime.media.sniff import NotMedia
from tower_anime.workflows import embedded, formats
from tower_anime.workflows.editor import MissingClass, convert
from tower_anime.workflows.graph import Graph, Unusable

Json = dict[str, Any]  # a JSON object

_ENDINGS = {".png", ".webp", ".mp4", ".webm"}
_BUTTONS = {"upload", "choose file to upload", "video-preview"}


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("object_info", type=Path)
    given = parser.parse_args()
    info = json.loads(given.object_info.read_text())
    counts = Counter[str]()
    for path in sorted(p for p in given.folder.rglob("*") if p.suffix.lower() in _ENDINGS):
        counts[_compared(path, info)] += 1
    for outcome, count in counts.most_common():
        print(f"{count:5}  {outcome}")


def _compared(path: Path, info: Json) -> str:
    try:
        texts = embedded.read({"path": str(path)}, lambda _done, _total: None)
    except NotMedia:
        return "cannot be read"
    if "prompt" not in texts or "workflow" not in texts:
        return "has not both"
    try:
        sent = formats.read(formats.parse(texts["prompt"])).content
        ours = convert(formats.parse(texts["workflow"]), info)
    except MissingClass:
        return "has a node that the server has not"
    except Unusable as error:
        print(f"{path.name}: {error}")
        return "is refused"
    found = list(_differences(sent, ours, info))
    for difference in found:
        print(f"{path.name}: {difference}")
    return "differs" if found else "is the same"


def _differences(sent: Graph, ours: Graph, info: Json) -> Iterator[str]:
    for node_id in sorted(sent.keys() ^ ours.keys()):
        yield f"node {node_id} is in one of them"
    for node_id in sorted(sent.keys() & ours.keys()):
        theirs, made = sent[node_id]["inputs"], ours[node_id]["inputs"]
        for name in sorted(theirs.keys() | made.keys()):
            added = name not in theirs and made[name] == _default(info, ours[node_id], name)
            if theirs.get(name) != made.get(name) and name not in _BUTTONS and not added:
                kind = ours[node_id]["class_type"]
                told = f"{theirs.get(name)!r} was sent, {made.get(name)!r} is made"
                yield f"node {node_id} ({kind}), {name}: {told}"


def _default(info: Json, node: Json, name: str) -> Any:  # whatever JSON holds
    told = info[node["class_type"]]["input"]
    declared = {**told.get("required", {}), **told.get("optional", {})}.get(name, [None, {}])
    return declared[1].get("default") if len(declared) > 1 else None


if __name__ == "__main__":
    main()
