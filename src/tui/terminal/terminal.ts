import { StringDecoder } from "node:string_decoder";
import { createKeyReader, type Key } from "./keys.ts";

/** The terminal while it is ours: the alternate screen, raw keys, and painting that touches only rows that changed. */
export interface Terminal {
  readonly size: { readonly columns: number; readonly rows: number };
  enter(): void;
  /** Gives the terminal back as it was; safe to call at any moment, any number of times. */
  leave(): void;
  paint(rows: readonly string[]): void;
  /** Rings, and tells terminals that know how to. Only words of ours. */
  notify(text: string): void;
  /** Puts text into the clipboard, through the terminal. Only ids of ours. */
  copy(text: string): void;
}

/** Options of a terminal: its streams, and who is told of keys, sizes and owners. */
export interface TerminalOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly insideTmux: boolean;
  readonly onKeys: (keys: readonly Key[]) => void;
  readonly onResize: () => void;
  /** Told before the terminal is taken and after it was given back. */
  readonly onOwner: (owner: "ours" | "theirs") => void;
}

// The alternate screen; no cursor; no line wrap, so that a character wider than we think cannot push a frame apart;
// pastes marked as such.
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J";
/** What undoes all of it, whoever has to. */
export const RESTORE = "\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l";
const [SYNC_START, SYNC_END] = ["\x1b[?2026h", "\x1b[?2026l"];

export function createTerminal(options: TerminalOptions): Terminal {
  const { stdin, stdout, insideTmux, onKeys, onResize, onOwner } = options;
  let isOurs = false;
  let painted: readonly string[] = [];
  let keys = createKeyReader();
  let decoder = new StringDecoder("utf8");
  const onData = (chunk: Buffer | string) =>
    onKeys(keys.push(typeof chunk === "string" ? chunk : decoder.write(chunk)));
  const onSize = () => {
    painted = [];
    if (isOurs) stdout.write("\x1b[2J");
    onResize();
  };
  return {
    get size() {
      return { columns: stdout.columns || 80, rows: stdout.rows || 24 };
    },
    enter() {
      if (isOurs) return;
      isOurs = true;
      painted = [];
      [keys, decoder] = [createKeyReader(), new StringDecoder("utf8")];
      onOwner("ours");
      stdout.write(ENTER);
      stdout.on("resize", onSize);
      stdin.setRawMode?.(true);
      stdin.on("data", onData);
      stdin.resume();
    },
    leave() {
      if (!isOurs) return;
      isOurs = false;
      stdin.off("data", onData);
      stdin.setRawMode?.(false);
      stdin.pause();
      stdout.off("resize", onSize);
      stdout.write(RESTORE);
      onOwner("theirs");
    },
    paint(rows) {
      if (!isOurs) return;
      const changed = rows.flatMap((row, at) =>
        row === painted[at] ? [] : [`\x1b[${at + 1};1H\x1b[2K${row}\x1b[0m`],
      );
      if (rows.length < painted.length) changed.push(`\x1b[${rows.length + 1};1H\x1b[J`);
      painted = rows;
      if (changed.length > 0) stdout.write(`${SYNC_START}${changed.join("")}${SYNC_END}`);
    },
    notify: (text) => stdout.write(`\x07${throughTmux(`\x1b]9;${text}\x07`, insideTmux)}`),
    copy: (text) =>
      stdout.write(throughTmux(`\x1b]52;c;${Buffer.from(text).toString("base64")}\x07`, insideTmux)),
  };
}

// tmux hands a wrapped sequence to the terminal around it when told to, and drops it otherwise.
function throughTmux(sequence: string, insideTmux: boolean): string {
  return insideTmux ? `\x1bPtmux;${sequence.replaceAll("\x1b", "\x1b\x1b")}\x1b\\` : sequence;
}
