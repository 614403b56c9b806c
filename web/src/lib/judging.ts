// When a take can be judged, and what its verdict does to the lists that show it. Pure.
import type { RunShot, Take } from "../api/client";

const OVER: readonly Take["status"][] = ["done", "failed", "cancelled"];

export const isOver = (take: Pick<Take, "status">): boolean => OVER.includes(take.status);

/** The takes once one of them is judged: a shot has one approved take of a stage. */
export const judged = (takes: Take[], take: Take, verdict: Take["verdict"]): Take[] =>
  takes.map((other) => {
    if (other.shot_id !== take.shot_id || other.stage !== take.stage) {
      return other; // also on another branch, which approves its own
    }
    if (other.id === take.id) {
      return { ...other, verdict };
    }
    const isReplaced = verdict === "approved" && other.verdict === "approved";
    return isReplaced ? { ...other, verdict: "unreviewed" } : other;
  });

/** The shots of a run once a take of one of them is judged. */
export const approvedOn = (shots: RunShot[], take: Take, verdict: Take["verdict"]): RunShot[] =>
  shots.map((shot) => {
    if (shot.shot_id !== take.shot_id) {
      return shot;
    }
    const { [take.stage]: before, ...others } = shot.approved;
    if (verdict === "approved") {
      return { ...shot, approved: { ...others, [take.stage]: take.id } };
    }
    return before === take.id ? { ...shot, approved: others } : shot;
  });
