const VOWEL = /[aeiouy]/;

/**
 * An English word without its inflection: plural, -ed, -ing, -ly and a final e. Light on purpose: it joins the forms of
 * one word and leaves families of words apart. Words with digits or other scripts stay as they are.
 */
export function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  return withoutFinalE(withoutParticiple(withoutPlural(word)));
}

function withoutPlural(word: string): string {
  if (/(?:ss|us|is|as)$/.test(word)) return word;
  if (word.endsWith("ies")) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  if (/(?:sses|shes|ches|xes|zzes)$/.test(word)) return word.slice(0, -2);
  return word.endsWith("s") ? word.slice(0, -1) : word;
}

function withoutParticiple(word: string): string {
  const ending = /(?:edly|ingly|ing|ed|ly)$/.exec(word)?.[0];
  if (ending === undefined || (ending === "ed" && word.endsWith("eed"))) return word;
  const rest = word.slice(0, -ending.length);
  if (rest.length < 3 || !VOWEL.test(rest)) return word;
  // stopp-ed, runn-ing; but fall-ing, pass-ed, buzz-ing
  return /([^aeiouylsz])\1$/.test(rest) ? rest.slice(0, -1) : rest;
}

function withoutFinalE(word: string): string {
  const short = word.length > 4 && word.endsWith("e") ? word.slice(0, -1) : word;
  return short.length > 3 && short.endsWith("i") ? `${short.slice(0, -1)}y` : short;
}
