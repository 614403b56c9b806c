import { everywhere } from "./everywhere";
import { making } from "./making";
import { story } from "./story";
import { workflows } from "./workflows";

export const en = { ...everywhere, ...story, ...making, ...workflows };

export type Messages = typeof en;
