import { branches } from "./branches";
import { everywhere } from "./everywhere";
import { making } from "./making";
import { story } from "./story";

export const en = { ...everywhere, ...story, ...making, ...branches };

export type Messages = typeof en;
