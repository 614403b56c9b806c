import { boards } from "./boards";
import { everywhere } from "./everywhere";
import { making } from "./making";
import { story } from "./story";

export const en = { ...everywhere, ...story, ...making, ...boards };

export type Messages = typeof en;
