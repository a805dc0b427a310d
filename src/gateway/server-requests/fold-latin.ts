// Letters that pass for Latin ones in common fonts (the part of Unicode TR 39 that English words are spelled with).
const ALIKE = new Map(
  Object.entries({
    A: "АΑ",
    B: "ВΒ",
    C: "СϹ",
    D: "Ꭰ",
    E: "ЕΕ",
    H: "НΗ",
    I: "ІΙӀ",
    K: "КΚ",
    M: "МΜ",
    N: "Ν",
    O: "ОΟՕ",
    P: "РΡ",
    S: "ЅՏ",
    T: "ТΤ",
    V: "Ѵ",
    W: "ԜᎳ",
    X: "ХΧ",
    Y: "ҮΥУ",
    a: "аαɑ",
    b: "ьβ",
    c: "сϲ",
    d: "ԁ",
    e: "еєҽε",
    g: "ɡց",
    h: "һհ",
    i: "іιı",
    j: "ј",
    k: "кκ",
    l: "ӏ",
    m: "м",
    n: "ոпη",
    o: "оοօσ",
    p: "рρ",
    r: "гᴦ",
    s: "ѕꜱ",
    t: "тτ",
    u: "սυ",
    v: "ѵν",
    w: "ԝѡω",
    x: "хχ",
    y: "уγү",
    z: "ᴢ",
  }).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);

/** A text as an English reader takes it: look-alike letters are Latin, accents and what is invisible are gone. */
export function foldLatin(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const bare = text.normalize("NFKD").replace(/\p{M}|\p{Default_Ignorable_Code_Point}/gu, "");
  return [...bare].map((letter) => ALIKE.get(letter) ?? letter).join("");
}
