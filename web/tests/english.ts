// Tests read English, as `main.ts` would have chosen it.
import { speak } from "../src/messages";

await speak("en");
