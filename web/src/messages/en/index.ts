import { everywhere } from "./everywhere";
import { making } from "./making";
import { parcels } from "./parcels";
import { story } from "./story";

export const en = { ...everywhere, ...story, ...making, ...parcels };

export type Messages = typeof en;
