// Stages have the names that workflows give them; these two are usual.
const STAGES: Record<string, string> = { video: "视频", keyframe: "关键帧" };

export const stageNamed = (name: string): string => STAGES[name] ?? name;
