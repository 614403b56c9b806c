// How a board shows its scenes: as tiles of three sizes, or as a table.
import { ref, watch } from "vue";
import { keep, kept } from "../../lib/kept";

export const LAYOUTS = ["large", "medium", "small", "table"] as const;
export type Layout = (typeof LAYOUTS)[number];
export type Density = Exclude<Layout, "table">;

const KEY = "board:layout";
const known = (name: string | null): Layout => LAYOUTS.find((one) => one === name) ?? "medium";

/** Shared by all boards of this browser, and there again when it is opened next. */
export const layout = ref<Layout>(known(kept(KEY)));
watch(layout, (now) => keep(KEY, now));
