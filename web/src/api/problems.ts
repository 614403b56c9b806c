// Refusals of the service (RFC 9457) as errors that a person can read.
import { words } from "../messages";

interface Field {
  loc: (string | number)[];
  msg: string;
}

export class Problem extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.name = "Problem";
    this.status = status;
  }

  /** The problem that an answer tells of; `body` is whatever came. */
  static of(status: number, body: unknown): Problem {
    return new Problem(status, sentenceIn(body) ?? words.errors.status(status));
  }
}

export const unreachable = (): Problem => new Problem(0, words.errors.unreachable);

/** The sentence for any error; those that nobody foresaw say that they are. */
export function sentenceOf(error: unknown): string {
  return error instanceof Problem ? error.message : words.errors.unforeseen;
}

function sentenceIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("detail" in body)) {
    return undefined;
  }
  const { detail } = body;
  if (typeof detail === "string") {
    return detail;
  }
  return Array.isArray(detail) ? detail.map(ofField).join(" ") : undefined;
}

/** `["body", "name"]` and its message as `name: …`; where it was sent does not help a person. */
function ofField(field: Field): string {
  const place = field.loc.slice(1).join(", ");
  const sentence = /[.!?]$/.test(field.msg) ? field.msg : `${field.msg}.`;
  return place ? `${place}: ${sentence}` : sentence;
}
