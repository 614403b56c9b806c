import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, upload, type Character, type Shapes } from "../api/client";
import { inOrder } from "../lib/names";
import { fail } from "../lib/toasts";
import { keys } from "./keys";
import { Overtaken, writeCharacter } from "./writing";

type Id = MaybeRefOrGetter<number>;

const KINDS = ["character", "location", "prop"] as const;

/** Who and what is in a project: characters, then locations, then props; each by its name. */
export const useCharacters = (project: Id, isWanted: MaybeRefOrGetter<boolean> = true) =>
  useQuery({
    enabled: computed(() => toValue(isWanted)),
    queryKey: computed(() => keys.characters(toValue(project))),
    queryFn: async () => {
      const of = KINDS.map((kind) => {
        const query = { project_id: toValue(project), kind, limit: 1000 };
        return told(api.GET("/api/anime/characters", { params: { query } }));
      });
      const found = await Promise.all(of);
      return found.flatMap((list) => list.sort((a, b) => inOrder(a.name, b.name)));
    },
  });

export const useCharacter = (id: Id) =>
  useQuery({
    queryKey: computed(() => keys.character(toValue(id))),
    queryFn: () => {
      const params = { path: { character_id: toValue(id) } };
      return told(api.GET("/api/anime/characters/{character_id}", { params }));
    },
  });

export const useVersions = (id: Id) =>
  useQuery({
    queryKey: computed(() => keys.versions(toValue(id))),
    queryFn: () => {
      const params = { path: { character_id: toValue(id) }, query: { limit: 200 } };
      return told(api.GET("/api/anime/characters/{character_id}/versions", { params }));
    },
  });

export const useAppearances = (id: Id) =>
  useQuery({
    queryKey: computed(() => keys.appearances(toValue(id))),
    queryFn: () => {
      const params = { path: { character_id: toValue(id) } };
      return told(api.GET("/api/anime/characters/{character_id}/appearances", { params }));
    },
  });

/** The approved takes that a change would make stale; with null nothing is asked. */
export const useForesight = (id: Id, change: MaybeRefOrGetter<Shapes["CharacterUpdate"] | null>) =>
  useQuery({
    queryKey: computed(() => keys.foreseen(toValue(id), JSON.stringify(toValue(change)))),
    queryFn: () => {
      const params = { path: { character_id: toValue(id) } };
      const body = toValue(change) ?? {};
      return told(api.POST("/api/anime/characters/{character_id}/foresee", { params, body }));
    },
    enabled: () => toValue(change) !== null,
    gcTime: 0,
  });

/** What can be done to characters. Every change makes a version. */
export function useCharacterVerbs(project: Id) {
  const client = useQueryClient();
  const settle = () => client.invalidateQueries({ queryKey: keys.characters(toValue(project)) });
  const keep = (character: Character) => {
    client.setQueryData(keys.character(character.id), character);
    return client.invalidateQueries({ queryKey: keys.versions(character.id) });
  };
  const common = { onError: fail, onSettled: settle };
  const at = (id: number) => ({ params: { path: { character_id: id } } });

  return {
    create: useMutation({
      ...common,
      mutationFn: (body: Shapes["CharacterCreate"]) => told(api.POST("/api/anime/characters", { body })),
    }),
    update: useMutation({
      ...common,
      mutationFn: ({ character, change }: { character: Character; change: Shapes["CharacterUpdate"] }) =>
        writeCharacter(character, change),
      onMutate: ({ character, change }) => {
        client.setQueryData(keys.character(character.id), { ...character, ...change } as Character);
      },
      onSuccess: keep,
      onError: (error, { character }) => {
        fail(error);
        // At once, so that what they wrote stands beside what was written here.
        void keep(error instanceof Overtaken ? (error.theirs as Character) : character);
      },
    }),
    setImage: useMutation({
      ...common,
      mutationFn: ({ id, file }: { id: number; file: File }) =>
        upload<Character>(`/characters/${id}/image`, file),
      onSuccess: keep,
    }),
    restoreVersion: useMutation({
      ...common,
      mutationFn: ({ id, version }: { id: number; version: number }) => {
        const params = { path: { character_id: id, number: version } };
        const path = "/api/anime/characters/{character_id}/versions/{number}/restore";
        return told(api.POST(path, { params }));
      },
      onSuccess: keep,
    }),
    trash: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.DELETE("/api/anime/characters/{character_id}", at(id))),
    }),
    restore: useMutation({
      ...common,
      mutationFn: (id: number) =>
        told(api.POST("/api/anime/characters/{character_id}/restore", at(id))),
    }),
  };
}
