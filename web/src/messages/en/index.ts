import { boards } from "./boards";
import { everywhere } from "./everywhere";
import { making } from "./making";
import { story } from "./story";
import { workflows } from "./workflows";

export const en = { ...everywhere, ...story, ...making, ...boards, ...workflows };

export type Messages = typeof en;
