/**
 * The beginning of a JSON object or list as JSON of its own: texts end where it breaks off, and a member, number or
 * word that is not all there is left out. Empty when not even the first bracket is there.
 */
export function closeJson(head: string): string {
  const open: string[] = [];
  // Up to here it is whole, but for the brackets that are open.
  let end = 0;
  let isValue = false;
  for (let at = 0; at < head.length; at++) {
    const character = head[at]!;
    if (character === '"') {
      const close = closingQuote(head, at);
      if (close < 0)
        return isValue ? `${withoutHalfEscape(head)}"${closing(open)}` : head.slice(0, end) + closing(open);
      at = close;
      if (isValue) end = at + 1;
    } else if (character === "{" || character === "[") {
      open.push(character);
      isValue = character === "[";
      end = at + 1;
    } else if (character === "}" || character === "]") {
      open.pop();
      end = at + 1;
    } else if (character === ":") isValue = true;
    else if (character === ",") {
      // What stood before it, a number say, has ended.
      end = at;
      isValue = open.at(-1) === "[";
    }
  }
  return head.slice(0, end) + closing(open);
}

function closing(open: readonly string[]): string {
  return open
    .map((bracket) => (bracket === "{" ? "}" : "]"))
    .reverse()
    .join("");
}

function closingQuote(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}

// Half an escape would swallow the quote that closes the text; half of a pair of them stands for no character.
function withoutHalfEscape(head: string): string {
  const cut = head.replace(/\\u[\da-f]{0,3}$/i, "").replace(/\\u[Dd][89abAB][\da-fA-F]{2}$/, "");
  const slashes = /\\*$/.exec(cut)![0].length;
  return slashes % 2 === 1 ? cut.slice(0, -1) : cut;
}
