import { boards } from "./boards";
import { branches } from "./branches";
import { cutting } from "./cutting";
import { everywhere } from "./everywhere";
import { making } from "./making";
import { morning } from "./morning";
import { parcels } from "./parcels";
import { queue } from "./queue";
import { settings } from "./settings";
import { story } from "./story";
import { trash } from "./trash";
import { workflows } from "./workflows";

export const en = {
  ...everywhere,
  ...story,
  ...trash,
  ...making,
  ...boards,
  ...branches,
  ...cutting,
  ...morning,
  ...parcels,
  ...queue,
  ...settings,
  ...workflows,
};

export type Messages = typeof en;
