import { cutting } from "./cutting";
import { everywhere } from "./everywhere";
import { making } from "./making";
import { story } from "./story";

export const en = { ...everywhere, ...story, ...making, ...cutting };

export type Messages = typeof en;
