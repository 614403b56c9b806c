import { everywhere } from "./everywhere";
import { making } from "./making";
import { morning } from "./morning";
import { queue } from "./queue";
import { settings } from "./settings";
import { story } from "./story";

export const en = { ...everywhere, ...story, ...making, ...morning, ...queue, ...settings };

export type Messages = typeof en;
