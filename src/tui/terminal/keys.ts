/** One key, or one paste. */
export interface Key {
  /** `up`, `enter`, `ctrl-c`, `paste`…; a printable key is itself. */
  readonly name: string;
  /** What it would type. */
  readonly text?: string;
  /** Whether it came by itself. Keys that came together were typed ahead, pasted or sent by a program. */
  readonly isAlone: boolean;
}

const SEQUENCES: Readonly<Record<string, string>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "[H": "home",
  "[F": "end",
  "[1~": "home",
  "[4~": "end",
  "[7~": "home",
  "[8~": "end",
  "[5~": "page-up",
  "[6~": "page-down",
  "[3~": "delete",
  "[Z": "shift-tab",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  OH: "home",
  OF: "end",
};
const CONTROLS: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x1b": "escape",
};
const ESC = "\x1b";
const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";
const MAX_PASTE = 100_000;

/** Reader of keys out of what a terminal sends, chunk by chunk. */
export interface KeyReader {
  push(chunk: string): readonly Key[];
}

export function createKeyReader(): KeyReader {
  let paste: string | undefined;
  let rest = "";
  return {
    push(chunk) {
      const found: Omit<Key, "isAlone">[] = [];
      let text = rest + chunk;
      rest = "";
      while (text !== "") {
        if (paste !== undefined) {
          const end = text.indexOf(PASTE_END);
          paste = (paste + (end < 0 ? text : text.slice(0, end))).slice(0, MAX_PASTE);
          if (end < 0) break;
          found.push({ name: "paste", text: paste });
          paste = undefined;
          text = text.slice(end + PASTE_END.length);
        } else if (text.startsWith(PASTE_START)) {
          paste = "";
          text = text.slice(PASTE_START.length);
        } else if (isUnfinished(text)) {
          rest = text;
          break;
        } else {
          const [key, length] = readKey(text);
          if (key) found.push(key);
          text = text.slice(length);
        }
      }
      const isAlone = found.length === 1;
      return found.map((key) => ({ ...key, isAlone }));
    },
  };
}

// A sequence may be parted between two reads; a lone ESC is the key itself.
function isUnfinished(text: string): boolean {
  return text.startsWith(ESC) && text.length < 16 && /^(?:\[[0-?]*[ -/]*|O)$/.test(text.slice(1));
}

type Read = readonly [key: Omit<Key, "isAlone"> | undefined, length: number];

function readKey(text: string): Read {
  const sequence = text.startsWith(ESC) && /^(?:\[[0-?]*[ -/]*[@-~]|O[@-~])/.exec(text.slice(1, 64));
  if (sequence) {
    const name = SEQUENCES[sequence[0]];
    return [name === undefined ? undefined : { name }, 1 + sequence[0].length];
  }
  const character = String.fromCodePoint(text.codePointAt(0)!);
  // ESC and a character at once is Alt and that character, which means nothing here.
  if (character === ESC && text.length > 1 && text[1] !== ESC) return [undefined, 2];
  const name = CONTROLS[character];
  if (name !== undefined) return [{ name }, 1];
  const code = character.codePointAt(0)!;
  if (code < 32) return [{ name: `ctrl-${String.fromCharCode(code + 96)}` }, 1];
  return [{ name: character, text: character }, character.length];
}
