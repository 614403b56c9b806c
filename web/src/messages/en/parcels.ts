// The projects view: the sample production, and projects that go out and come in as files.
export const parcels = {
  parcels: {
    sample: "Make the sample production",
    sampleAbout: "Or look around first: a short film with its characters and scenes, which is drawn as you watch.",
    sampleMaking: "Making it…",
    sampleMade: (name: string) => `${name} is here; its shots are being drawn.`,
  },
};
