// Words that are frequent in one language and rare in the others.
const WORDS: Readonly<Record<string, readonly string[]>> = {
  en: "the and is to of it that this with for not when be are you have from but if can we my should does will as has there would on i a in an or was using use by".split(
    " ",
  ),
  de: "der die das und ist nicht ein eine zu den mit auf für von dem sich wird wenn auch bei ich wir aber nach kann werden beim über".split(
    " ",
  ),
  fr: "le la les et est une un des du pas que qui dans pour sur avec il ne je nous vous au par mais lorsque quand être cette".split(
    " ",
  ),
  es: "el la los las y es una un de que no en por para con se del al lo cuando pero como más está este esta".split(
    " ",
  ),
  pt: "o os as e é uma um de que não em por para com se do da ao quando mas como mais está este esta na no".split(
    " ",
  ),
  it: "il lo la gli le e è una un di che non in per con si del della al quando ma come più questo questa nel sono".split(
    " ",
  ),
  nl: "de het een en is van niet dat op te met voor zijn er aan als ook maar bij wordt deze kan naar".split(
    " ",
  ),
};
const SETS = Object.entries(WORDS).map(([name, words]) => [name, new Set(words)] as const);

const ENOUGH = 8;

/** False for text that is clearly of another language; little text counts as English unless its letters say otherwise. */
export function isEnglish(text: string): boolean {
  const words = (
    text
      .slice(0, 20_000)
      .toLowerCase()
      .match(/[\p{L}\p{M}]+/gu) ?? []
  ).slice(0, 2_000);
  const letters = words.join("");
  if (letters === "") return true;
  const latin = letters.match(/[\p{Script=Latin}\p{M}]/gu)?.length ?? 0;
  if (latin / [...letters].length < 0.6) return false;
  if (words.length < ENOUGH) return true;
  const share = (set: ReadonlySet<string>) => words.filter((word) => set.has(word)).length / words.length;
  const shares = SETS.map(([name, set]) => [name, share(set)] as const);
  const english = shares[0]![1];
  const [, best] = shares.slice(1).reduce((a, b) => (b[1] > a[1] ? b : a));
  return !(best > 0.12 && best > english * 1.3);
}
