// A file on its way to the service, with how much of it has gone: `fetch` does not tell.
import { PREFIX } from "./client";
import { Problem, unreachable } from "./problems";

export interface Sending<T> {
  answer: Promise<T>;
  stop: () => void;
}

/** Sends a file as the form's field `file`; `moved` is told the part that has gone, 0 to 1. */
export function sendFile<T>(path: string, file: File, moved: (part: number) => void): Sending<T> {
  const request = new XMLHttpRequest();
  const answer = new Promise<T>((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        moved(event.loaded / event.total);
      }
    });
    request.upload.addEventListener("load", () => moved(1));
    request.addEventListener("load", () => {
      const body = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) {
        resolve(body as T);
      } else {
        reject(Problem.of(request.status, body));
      }
    });
    request.addEventListener("error", () => reject(unreachable()));
    request.addEventListener("abort", () => reject(new Stopped()));
  });
  const form = new FormData();
  form.append("file", file, file.name);
  request.open("POST", `${PREFIX}${path}`);
  request.send(form);
  return { answer, stop: () => request.abort() };
}

/** The person who sent it has changed their mind. */
export class Stopped extends Error {}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page: its status says enough
  }
}
