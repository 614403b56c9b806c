import { everywhere } from "./everywhere";
import { making } from "./making";
import { morning } from "./morning";
import { story } from "./story";

export const en = { ...everywhere, ...story, ...making, ...morning };

export type Messages = typeof en;
