"""How many of ComfyUI's official templates convert, and why the others do not.

    python -m scripts.templates FOLDER OBJECT_INFO [--described]

FOLDER has the unpacked wheel `comfyui-workflow-templates-json`; OBJECT_INFO is a server's answer to
`GET /object_info`. With --described, a node that the server has not is taken as the templates
themselves describe it: that tells whether the structure converts, whatever nodes there are.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tower_anime.workflows import editor_file, editor_nodes, formats
from tower_anime.workflows.declarations import inputs_of
from tower_anime.workflows.editor import MissingClass, convert
from tower_anime.workflows.editor_values import values_of
from tower_anime.workflows.graph import Unusable

Json = dict[str, Any]  # a JSON object
Inputs = dict[str, list[Any]]  # of a node: of each its type, and what else is said of it


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("object_info", type=Path)
    parser.add_argument("--described", action="store_true")
    given = parser.parse_args()
    info = json.loads(given.object_info.read_text())
    files = dict(templates(given.folder))
    tell(files, info, with_described=given.described)
    tell_lists(files, info)


def templates(folder: Path) -> Iterator[tuple[str, Json]]:
    """Every editor's file under a folder, by its name."""
    for path in sorted(folder.rglob("*.json")):
        document = json.loads(path.read_text())
        if isinstance(document, dict) and isinstance(document.get("nodes"), list):
            yield path.stem, document


def tell(files: dict[str, Json], info: Json, *, with_described: bool) -> None:
    """Convert each, and print the counts and the reasons."""
    converted, missing, failed = 0, Counter[str](), dict[str, list[str]]()
    for name, document in files.items():
        try:
            known = {**described(document), **info} if with_described else info
            convert(formats.read(document).content, known)
        except MissingClass as error:
            missing[error.class_type] += 1
        except Unusable as error:
            failed.setdefault(_reason(str(error)), []).append(f"{name}: {error}")
        else:
            converted += 1
    print(f"{len(files)} templates: {converted} convert")
    print(f"{missing.total()} have a node that this server has not, of {len(missing)} classes:")
    print("  " + ", ".join(f"{name} ({count})" for name, count in missing.most_common(12)))
    print(f"{sum(map(len, failed.values()))} do not convert for other reasons:")
    for reason, told in sorted(failed.items(), key=lambda found: -len(found[1])):
        print(f"  {len(told)}: {reason}\n      e.g. {told[0]}")


def _reason(sentence: str) -> str:
    """A sentence without the names of one file, so that like reasons are counted together."""
    return re.sub(r"'[^']*'|\(node [^)]*\)|\d+", "…", sentence)[:120]


def described(document: Json) -> Json:
    """Node classes as a template's own nodes describe them: their inputs, and which have values."""
    known: dict[str, Inputs] = {}
    for node in _nodes(document):
        if node["type"] not in editor_nodes.VIRTUAL:
            inputs = known.setdefault(node["type"], {})
            for name, declared in _declared(node).items():
                same = inputs.get(name, declared)[0] == declared[0]
                inputs[name] = declared if same else ["*", {**declared[1], "widgetType": "STRING"}]
    return {name: {"input": {"required": inputs}} for name, inputs in known.items()}


def tell_lists(files: dict[str, Json], info: Json) -> None:
    """Newer files have a node's values twice, listed and named: tell how many lists are read so."""
    alike, otherwise = 0, Counter[str]()
    for document in files.values():
        for told in _nodes(document):
            node = editor_file.node(told)
            if node.type not in info or not node.named or not node.values:
                continue
            declared = inputs_of(info[node.type])
            listed = values_of(replace(node, named={}), declared)
            named = values_of(node, declared)
            if all(listed.get(one.name) == named.get(one.name) for one in declared):
                alike += 1
            else:
                otherwise[node.type] += 1
    print(f"{alike + otherwise.total()} nodes have their values twice: {alike} lists read alike")
    print("  otherwise: " + ", ".join(f"{name} ({n})" for name, n in otherwise.most_common(12)))


def _nodes(document: Json) -> Iterator[Json]:
    subgraphs = (document.get("definitions") or {}).get("subgraphs", [])
    stood_for = {subgraph["id"] for subgraph in subgraphs}
    for sheet in (document, *subgraphs):
        yield from (node for node in sheet["nodes"] if node["type"] not in stood_for)


def _declared(node: Json) -> Inputs:
    inputs: Inputs = {}
    for slot in node.get("inputs") or []:
        options = {} if slot.get("widget") else {"forceInput": True}
        inputs[slot["name"]] = ["*" if isinstance(slot["type"], list) else slot["type"], options]
    return inputs


if __name__ == "__main__":
    main()
