// East Asian wide and full-width blocks, by range; emoji by property. Where terminals disagree, the wider answer.
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{1f300}-\u{1f64f}\u{1f680}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const zero = /[\p{Mn}\p{Me}]/u;
const plain = /^[\x20-\x7e]*$/;

/** Terminal cells that a text takes; meant for text that `makeVisible` has been over. */
export function displayWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += cellsOf(character);
  return width;
}

/** The text, or as much of it as fits into so many cells, ending in `…`. */
export function fitWidth(text: string, width: number): string {
  if (text.length <= width && plain.test(text)) return text;
  if (displayWidth(text) <= width) return text;
  if (width < 1) return "";
  return `${takeWidth(text, width - 1)}…`;
}

/** The text folded into lines of so many cells; nothing is lost. */
export function foldWidth(text: string, width: number): readonly string[] {
  const cells = Math.max(2, width);
  const lines: string[] = [];
  let from = 0;
  let used = 0;
  let at = 0;
  for (const character of text) {
    const next = cellsOf(character);
    if (used + next > cells) {
      lines.push(text.slice(from, at));
      from = at;
      used = 0;
    }
    used += next;
    at += character.length;
  }
  return [...lines, text.slice(from)];
}

function takeWidth(text: string, width: number): string {
  let taken = "";
  let used = 0;
  for (const character of text) {
    used += cellsOf(character);
    if (used > width) break;
    taken += character;
  }
  return taken;
}

function cellsOf(character: string): number {
  if (character <= "~") return 1;
  if (zero.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
