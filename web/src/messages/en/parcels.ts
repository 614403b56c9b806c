// The projects view: the sample production, and projects that go out and come in as files.
export const parcels = {
  parcels: {
    sample: "Make the sample production",
    sampleAbout:
      "Or look around first: a short film with its characters and scenes, which is drawn as you watch.",
    sampleMaking: "Making it…",
    sampleMade: (name: string) => `${name} is here; its shots are being drawn.`,
    export: "Export",
    import: "Import",
    importHint: "Import a project from a file that an export wrote",
    sending: (part: number) => `Sending ${Math.floor(100 * part)} %`,
    checking: "Checking what is in it…",
    progress: "How much of the file has been sent",
    imported: (name: string) => `${name} is here, with all that was in its file.`,
  },
};
