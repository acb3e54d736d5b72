/** Words that are recognised in spite of misspellings, and how many letters may be wrong. */
const KNOWN: readonly (readonly [word: string, errors: number])[] = [
  ["unsubscribe", 3],
  ["message", 1],
  ["messages", 1],
  ["messaging", 1],
  ["texting", 1],
  ["please", 1],
  ["mensaje", 1],
  ["mensajes", 1],
  ["number", 1],
  ["equivocado", 2],
  ["equivocada", 2],
];
/** Other words that are as near to a known one. */
const OTHERS: readonly string[] = [
  "subscribe",
  "subscribed",
  "subscriber",
  "resubscribe",
  "lumber",
  "numbers",
  "massage",
  "massages",
  "testing",
  "tenting",
  "lease",
];

/** Short forms and misspellings that distance does not find. */
const SHORT_FORMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    stop: "stopp stpo sotp tsop stopt stob stahp satop sto srop dtop st0p 5top stopit",
    please: "pls plz plse plss pleas plis",
    texts: "txts texs textes",
    text: "txt tex",
    texting: "txting txtin txtn textin texing",
    messages: "msgs msges mesgs",
    message: "msg mesg",
    messaging: "msging",
    dont: "dnt donot dunt",
    your: "ur yr",
    with: "w",
    "no more": "nomore",
    unsubscribe: "unsub unsubs unsubscribed unsubscribing unsubscription",
    mensajes: "msjs msjes",
    mensaje: "msj",
    que: "q k",
    porfa: "xfa xfavor porfis porfavor",
  }).flatMap(([word, forms]) => forms.split(" ").map((form) => [form, word] as const)),
);

/** Corrects a word of a clause. An unknown word is returned unchanged. */
export const corrected = (word: string): string => {
  const calm = word.replace(/(\p{L})\1{2,}/gu, "$1");
  const short = SHORT_FORMS.get(calm);
  if (short !== undefined) return short;
  if (OTHERS.includes(calm) || KNOWN.some(([known]) => known === calm)) return calm;
  return KNOWN.find(([known, errors]) => isNear(calm, known, errors))?.[0] ?? calm;
};

const isNear = (word: string, known: string, errors: number): boolean =>
  Math.abs(word.length - known.length) <= errors && distance(word, known) <= errors;

/**
 * The number of letters to insert, delete, replace or exchange with the next one.
 * Source: optimal string alignment distance.
 */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(
        Math.min(
          replaced,
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          isExchange(a, b, [i, j]) ? at(i - 2, j - 2) + 1 : replaced,
        ),
      );
    }
  }
  return at(a.length, b.length);
};

const isExchange = (a: string, b: string, [i, j]: readonly [number, number]): boolean =>
  i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
