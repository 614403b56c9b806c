import { many } from "./many";

const minutes = (n: number): string => many(n, "minute", "minutes");

/** How long something took, as people say it. */
function long(seconds: number): string {
  if (seconds < 60) {
    return many(Math.max(1, Math.round(seconds)), "second", "seconds");
  }
  const whole = Math.round(seconds / 60);
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  return hours ? [many(hours, "hour", "hours"), ...(rest ? [minutes(rest)] : [])].join(" ") : minutes(rest);
}

export const everywhere = {
  studio: "Tower Anime",
  skip: "Skip to the content",
  // A sentence of the service, which speaks English.
  told: (sentence: string) => sentence,
  nav: {
    projects: "Projects",
    board: "Board",
    story: "Story",
    characters: "Characters",
    workflows: "Workflows",
    cut: "Cut",
    renders: "Renders",
    help: "Keyboard shortcuts",
    language: "Language",
    ofBrowser: "As the browser",
    notKept: "This browser keeps no choices, so the language stays its own.",
    theme: { dark: "Use the light theme", light: "Use the dark theme" },
  },
  actions: {
    add: "Add",
    approve: "Approve",
    archive: "Move to the trash",
    cancel: "Cancel",
    close: "Close",
    create: "Create",
    discard: "Discard",
    edit: "Edit",
    more: "More",
    open: "Open",
    reload: "Try again",
    remove: "Remove",
    rename: "Rename",
    render: "Render",
    reject: "Reject",
    restore: "Restore",
    retry: "Render again",
    save: "Save",
    undo: "Undo",
    upload: "Upload",
    withdraw: "Take back the approval",
  },
  /** A verb, and what it would be done to. */
  doing: (verb: string, what: string) => `${verb}: ${what}`,
  help: {
    everywhere: "Everywhere",
    open: "Show these shortcuts",
    space: "Space",
  },
  live: {
    live: "Live: changes appear as they happen",
    connecting: "Connecting…",
    lost: "The service cannot be reached. What you see may be old; it is tried again.",
  },
  errors: {
    unreachable: "The service cannot be reached. Is it running?",
    unforeseen: "Something went wrong in the studio. Load the page again, and try once more.",
    status: (n: number) => `The service answered ${n} without saying why; its log may tell.`,
    picture: "This file cannot be shown here.",
    changed: "Somebody else changed this meanwhile. What you wrote is kept; compare, and save again.",
  },
  editing: {
    unsaved: "Unsaved words",
    again: (field: string) => `${field} is not saved. Try again`,
    hint: "Ctrl+Enter saves, Escape stops",
    cellHint: "Enter saves, Escape stops",
    overtaken: "Somebody wrote this meanwhile:",
    mine: "You wrote:",
    nothing: "(nothing)",
    keepTheirs: "Take theirs",
    saveMine: "Save mine",
  },
  takingBack: {
    undone: (name: string) => `${name}: the last edit is undone.`,
    redone: (name: string) => `${name}: the edit is made again.`,
    redo: "Redo",
    key: "Undo the last edit; with Shift, make it again",
  },
  time: {
    now: "just now",
    minutes: (n: number) => many(n, "minute ago", "minutes ago"),
    hours: (n: number) => many(n, "hour ago", "hours ago"),
    days: (n: number) => many(n, "day ago", "days ago"),
    seconds: (n: number) => `${n} s`,
    long,
  },
};
