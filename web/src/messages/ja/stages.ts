// Stages have the names that workflows give them; these two are usual.
const STAGES: Record<string, string> = { video: "動画", keyframe: "キーフレーム" };

export const stageNamed = (name: string): string => STAGES[name] ?? name;
