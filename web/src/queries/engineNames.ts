// What those who render are called.
import type { Take } from "../api/client";
import { words } from "../messages";
import { useEngines } from "./engines";

/** Names engines: of takes, or as they are counted (a server's id, or else an engine's word). */
export function useEngineNames() {
  const { data: engines } = useEngines();
  const named = (maker: number | string): string => {
    if (typeof maker === "number") {
      return engines.value?.find((engine) => engine.id === maker)?.name ?? words.morning.engine(maker);
    }
    return maker === "animatic" ? words.renders.animatic : maker;
  };
  return { named, of: (take: Take): string => named(take.engine_id ?? take.engine) };
}
