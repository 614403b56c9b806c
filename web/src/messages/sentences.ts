// What the service tells in English sentences, told in another language: a change in the history, how
// a take was made, what the doctor found. What has no form here stays as it came.

/** A language's sentences, each after the English that it stands for, and its words for what is in them.

    A place such as `{title}` is found in the English and stands in the other sentence. Places of one
    letter are numbers; what else is in them is told by `PLACES`, or stays as somebody wrote it. The
    first form that fits is taken, so that one which fits more stands behind. */
export interface SentenceWords {
  forms: readonly (readonly [english: string, told: string])[];
  /** Fields and verbs, as the service names them. */
  names: Record<string, string>;
  stage: (name: string) => string;
  comma: string;
}

type Tell = (text: string) => string;

const PLACE = /\{(\w+)\}/g;

const PLACES: Record<string, (words: SentenceWords, tell: Tell, found: string) => string> = {
  title: (_words, tell, found) => tell(found), // of a scene, a branch and the like
  sentence: (_words, tell, found) => tell(found),
  measures: (_words, tell, found) => tell(found),
  stage: (words, _tell, found) => words.stage(found),
  fields: (words, tell, found) => found.split(", ").map((name) => words.names[name] ?? tell(name)).join(words.comma),
  verb: (words, _tell, found) => words.names[found] ?? found,
};

/** Tells the service's sentences in a language. */
export function sentencesIn(words: SentenceWords): Tell {
  const forms = words.forms.map(([english, told]) => ({ pattern: patternOf(english), told }));
  const tell: Tell = (text) => {
    for (const { pattern, told } of forms) {
      const places = pattern.exec(text);
      if (places) {
        return told.replace(PLACE, (_, name: string) => {
          const found = places.groups?.[name] ?? "";
          return PLACES[name]?.(words, tell, found) ?? found;
        });
      }
    }
    return text;
  };
  return tell;
}

function patternOf(english: string): RegExp {
  const letters = english.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  const places = letters.replace(PLACE, (_, name: string) => `(?<${name}>${name.length === 1 ? "-?[\\d,.]+" : ".+?"})`);
  return new RegExp(`^${places}$`, "s");
}
