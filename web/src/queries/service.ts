// What the service tells of itself.
import { useQuery } from "@tanstack/vue-query";
import { api, told } from "../api/client";
import { keys } from "./keys";

export const useVersion = () =>
  useQuery({
    queryKey: keys.version(),
    queryFn: () => told(api.GET("/api/anime/version")),
    staleTime: Infinity,
  });

/** What it found wrong with itself. No change tells of that: it is asked for anew at each visit. */
export const useDoctor = () =>
  useQuery({ queryKey: keys.doctor(), queryFn: () => told(api.GET("/api/anime/doctor")), staleTime: 0 });
