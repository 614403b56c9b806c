"""Nodes of the editor that are not the server's: what each of them means for the graph.

Some only decorate, some pass on what comes in, some hold a value; the names are those of ComfyUI's
front end, and of the two packs of nodes (KJNodes, rgthree) that most shared workflows have.
"""

from __future__ import annotations

from tower_anime.workflows.editor_file import BYPASSED, MUTED, Node, Slot
from tower_anime.workflows.graph import Unusable, Value

PRIMITIVE = "PrimitiveNode"
SETTER, GETTER = "SetNode", "GetNode"
_PASSING = {"Reroute", "Reroute (rgthree)", SETTER}
_DECORATION = {
    *("Note", "MarkdownNote", "Label (rgthree)", "Bookmark (rgthree)", "Node Collector (rgthree)"),
    *("Fast Groups Muter (rgthree)", "Fast Groups Bypasser (rgthree)", "Fast Muter (rgthree)"),
    *("Fast Bypasser (rgthree)", "Fast Actions Button (rgthree)", "Random Unmuter (rgthree)"),
    *("Mute / Bypass Repeater (rgthree)", "Mute / Bypass Relay (rgthree)"),
}
VIRTUAL = _PASSING | _DECORATION | {PRIMITIVE, GETTER}


def is_off(node: Node) -> bool:
    """Whether a node does not run: it is muted, or bypassed."""
    return node.mode in {MUTED, BYPASSED}


def is_virtual(node: Node) -> bool:
    """Whether a node is the editor's alone: it never runs."""
    return node.type in VIRTUAL


def held(node: Node) -> Value:
    """The value of a node that only holds one; None where it holds none."""
    return node.named.get("value", node.values[0] if node.values else None)


def channel(node: Node) -> str:
    """The name under which a Set node keeps, and a Get node finds."""
    return str(node.values[0] if node.values else next(iter(node.named.values()), ""))


def require_no_group(node: Node) -> None:
    """Raise `Unusable` for what stands for several nodes and is no subgraph."""
    if node.type.startswith(("workflow/", "workflow>")):
        raise Unusable(
            f"{node} is a group node, which ComfyUI has replaced by subgraphs. Open the workflow"
            " in ComfyUI, convert the group node to nodes or to a subgraph, and save it again."
        )


def way_through(node: Node, output: int, wanted: str) -> int | None:
    """The input that takes the place of an output of a bypassed node, as the front end has it.

    The one at the same place where it fits, else the first of exactly the wanted type, else the
    first that fits.
    """
    inputs = node.inputs
    if wanted in {"*", ""}:
        return (output if output < len(inputs) else 0) if inputs else None
    given = node.outputs[output].type if output < len(node.outputs) else wanted

    def fits(slot: Slot) -> bool:
        return _may_connect(slot.type, given) and _may_connect(slot.type, wanted)

    if output < len(inputs) and fits(inputs[output]):
        return output
    exact = [i for i, slot in enumerate(inputs) if slot.type == wanted]
    fitting = [i for i, slot in enumerate(inputs) if fits(slot)]
    return next(iter(exact + fitting), None)


def _may_connect(one: str, other: str) -> bool:
    """Whether types fit: `*` fits all, and `INT,FLOAT` is either of them."""
    if {one, other} & {"*", "", "0"}:
        return True
    return bool(set(one.lower().split(",")) & set(other.lower().split(",")))
