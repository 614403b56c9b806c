// Fields of scenes and shots, and what is in them, as people read them. Pure.
import { listed } from "../../lib/names";
import { words } from "../../messages";

const told = words.compare;

/** A field's name: `cast.Nana`, `stages.video.approval` and the like have parts of their own. */
export function nameOf(field: string): string {
  const [first = "", ...rest] = field.split(".");
  const part = rest.join(".");
  if (!part) {
    return told.fields[first] ?? first;
  }
  if (first === "cast") {
    return told.cast(part);
  }
  if (first === "inputs") {
    return told.input(part);
  }
  if (first === "dialogue") {
    return told.line;
  }
  if (first === "stages") {
    const at = part.lastIndexOf(".");
    const [stage, what] = [part.slice(0, at), part.slice(at + 1)];
    return what === "approval" ? told.approval(stage) : told.stage(stage, told.fields[what] ?? what);
  }
  return field;
}

/** A value as a text; nothing is the empty text. */
export function textOf(field: string, value: unknown): string {
  if (value === null || value === undefined || value === "") {
    return "";
  }
  if (field === "place") {
    const place = partOf(value, "scene_number") ?? partOf(value, "position");
    return (partOf(value, "scene_number") === null ? told.shotPlace : told.place)(Number(place));
  }
  if (field.startsWith("dialogue.")) {
    return [partOf(value, "speaker"), partOf(value, "line")].filter(Boolean).join(": ");
  }
  if (field.endsWith(".approval")) {
    return told.take(Number(partOf(value, "take_id")));
  }
  return plain(value) || (field.startsWith("cast.") ? told.asNewest : "");
}

function plain(value: unknown): string {
  if (Array.isArray(value)) {
    return listed(value.map(plain));
  }
  if (typeof value === "boolean") {
    return value ? told.yes : told.no;
  }
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value).filter(([, part]) => part !== null);
    return listed(parts.map(([name, part]) => `${name}: ${plain(part)}`));
  }
  return String(value ?? told.nothing);
}

/** The picture or film that an approval is of. */
export function mediumOf(field: string, value: unknown): string | null {
  const medium = field.endsWith(".approval") ? partOf(value, "media_id") : null;
  return typeof medium === "string" ? medium : null;
}

export function partOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (Reflect.get(value, name) ?? null) : null;
}
