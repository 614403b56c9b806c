import { everywhere } from "./everywhere";
import { making } from "./making";
import { morning } from "./morning";
import { queue } from "./queue";
import { story } from "./story";

export const en = { ...everywhere, ...story, ...making, ...morning, ...queue };

export type Messages = typeof en;
