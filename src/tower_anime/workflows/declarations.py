"""What a server's `GET /object_info` declares of a node class: its inputs, in order.

An input is `[type, options]`; a type that is a list is a combo in its older form, which
`["COMBO", {"options": […]}]` has replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tower_anime.workflows.graph import Json, Value

NUMBERS = {"INT", "FLOAT"}
DYNAMIC = "COMFY_DYNAMICCOMBO_V3"  # a combo whose choice decides which inputs follow
AUTOGROW = "COMFY_AUTOGROW_V3"  # as many links as are made, named `inputs.input0` and so on
_WITH_WIDGET = {
    *("INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", DYNAMIC, "COLOR", "MARKDOWN", "CURVE"),
    *("LOAD_3D", "LOAD_3D_ANIMATION", "WEBCAM", "AUDIO_RECORD", "BOUNDING_BOX", "IMAGECROP"),
    *("IMAGEUPLOAD", "AUDIOUPLOAD", "PAINTER", "RANGE", "MULTISELECT", "TEXTAREA"),
}
_UPLOADS = ("image_upload", "video_upload", "audio_upload", "animated_image_upload")


@dataclass(frozen=True)
class Declared:
    """One input of a node class. `options` is what its declaration says of its values."""

    name: str
    type: str
    options: Mapping[str, Any]
    required: bool

    @property
    def has_widget(self) -> bool:
        """Whether the editor has a value of its own for it, beside a link."""
        kind = str(self.options.get("widgetType") or self.type)
        return kind in _WITH_WIDGET and not self.options.get("forceInput")

    @property
    def has_control(self) -> bool:
        """Whether a choice follows it that says how it changes after each run."""
        told = self.options.get("control_after_generate")
        usual = self.type == "INT" and self.name.rpartition(".")[2] in {"seed", "noise_seed"}
        return usual if told is None else bool(told)

    @property
    def has_upload(self) -> bool:
        """Whether the editor adds a button for files, which its saved values count."""
        return any(self.options.get(name) for name in _UPLOADS)

    @property
    def choices(self) -> list[Value] | None:
        """What a combo offers; None for other inputs, and where only the server knows."""
        found = self.options.get("options")
        if self.type == DYNAMIC and isinstance(found, list):
            return [choice.get("key") for choice in found if isinstance(choice, dict)]
        remote = self.type != "COMBO" or self.options.get("remote")
        return None if remote or not isinstance(found, list) else found

    def following(self, choice: Value) -> list[Declared]:
        """The inputs that a dynamic combo's choice brings with it."""
        for told in self.options.get("options") or () if self.type == DYNAMIC else ():
            if isinstance(told, dict) and told.get("key") == choice:
                return list(_inputs({"input": told.get("inputs")}, f"{self.name}."))
        return []


def inputs_of(declaration: Json) -> list[Declared]:
    """The inputs of a node class, required ones first, in the order that the editor shows."""
    return list(_inputs(declaration, ""))


def _inputs(declaration: Json, prefix: str) -> Iterator[Declared]:
    told = _object(_object(declaration).get("input"))
    order = _object(_object(declaration).get("input_order"))
    for section in ("required", "optional"):
        inputs = _object(told.get(section))
        named = order.get(section)
        listed = [name for name in named if name in inputs] if isinstance(named, list) else []
        for name in [*listed, *(name for name in inputs if name not in listed)]:
            yield _declared(f"{prefix}{name}", inputs[name], required=section == "required")


def _object(told: Value) -> Json:
    """What a server says, where it is an object: nodes of others declare all sorts of things."""
    return told if isinstance(told, dict) else {}


def _declared(name: str, told: Value, *, required: bool) -> Declared:
    kind: Value = "*"
    options: Json = {}
    if isinstance(told, list) and told:
        kind = told[0]
        options = told[1] if len(told) > 1 and isinstance(told[1], dict) else {}
    if isinstance(kind, list):
        kind, options = "COMBO", {**options, "options": kind}
    return Declared(name, str(kind), options, required)
