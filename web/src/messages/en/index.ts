import { everywhere } from "./everywhere";
import { making } from "./making";
import { story } from "./story";

export const en = { ...everywhere, ...story, ...making };

export type Messages = typeof en;
