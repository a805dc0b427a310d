import { plain, type TextRun, textOf } from "../blocks.ts";
import { writeScheme } from "../links.ts";
import { charBefore, type InlineMatch, type InlineReader, partnerOf } from "./inline-reader.ts";
import { isWordChar } from "./wiki.ts";

/** An address that stands for itself. */
export function bareUrl({ text, marks }: InlineReader, at: number): InlineMatch | undefined {
  if (marks.link || !/^https?:\/\//.test(text.slice(at, at + 8)) || isWordChar(charBefore(text, at)))
    return undefined;
  const raw = /^https?:\/\/[^\s|[\]{}\\<>"]+/.exec(text.slice(at, at + 4_000))?.[0];
  const url = raw?.replace(/[.,;:!?)*_+^~'-]+$/, "");
  if (!url || url.length < 9) return undefined;
  return {
    is: [{ type: "text", text: url, marks: { ...marks, link: { href: url } } }],
    end: at + url.length,
  };
}

/** `[text|target|title]`, `[~person]`, `[^file]`, `[https://…]`. */
export function link(reader: InlineReader, at: number): InlineMatch | undefined {
  const { text, marks, note } = reader;
  const close = partnerOf(reader, "]", at + 1);
  if (marks.link || close === undefined || close === at + 1) return undefined;
  const parts = split(text.slice(at + 1, close));
  const end = close + 1;
  const linked = (label: readonly TextRun[], href: string, title?: string): InlineMatch => {
    const target = { href, ...(title && title !== "smart-link" && { title }) };
    const is = label.map((run) =>
      run.type === "break" ? run : { ...run, marks: { ...run.marks, link: target } },
    );
    return { is, end };
  };
  const only = parts.length === 1 ? parts[0]! : undefined;
  const person = /^~(.+)$/.exec(only ?? "")?.[1];
  if (person)
    return linked(
      [{ ...plain(`@${person}`), marks } as TextRun],
      writeScheme("mention", unescaped(reader, person)),
    );
  if (only !== undefined && !/^(https?:\/\/|mailto:|ftp:\/\/|#|\^)\S/.test(only)) return undefined;
  const target = (only ?? parts[1]!).trim();
  if (target === "") return undefined;
  const isFile = target.startsWith("^");
  const href = isFile ? `attachment:${target.slice(1)}` : target;
  const shown = only === undefined ? parts[0]! : isFile ? target.slice(1) : target;
  const label =
    only === undefined
      ? reader.runsOf(shown, note, { ...marks, link: { href } })
      : [{ ...plain(shown), marks } as TextRun];
  const isEmpty = textOf(label).trim() === "";
  return linked(
    isEmpty ? [{ ...plain(target), marks } as TextRun] : label,
    href,
    parts[2] && unescaped(reader, parts[2]),
  );
}

/** The parts between unescaped bars. */
function split(text: string): string[] {
  const parts = [""];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\" && at + 1 < text.length) parts[parts.length - 1] += text[at]! + text[++at]!;
    else if (text[at] === "|") parts.push("");
    else if (text[at] === "!") {
      const image = IMAGE.exec(text.slice(at, at + 2_000))?.[0] ?? "!";
      parts[parts.length - 1] += image;
      at += image.length - 1;
    } else parts[parts.length - 1] += text[at]!;
  }
  return parts;
}

const unescaped = (reader: InlineReader, text: string): string => textOf(reader.runsOf(text, () => {}));

const IMAGE = /^!([^\s|!{}[\]\\*]*[./][^\s|!{}[\]\\]*)(?:\|([^!\n|]*))?!/;

/** `!shot.png|width=300,alt=A shot!` */
export function image(reader: InlineReader, at: number): InlineMatch | undefined {
  const { text, marks, note } = reader;
  if (isWordChar(charBefore(text, at))) return undefined;
  const match = IMAGE.exec(text.slice(at, at + 2_000));
  if (!match) return undefined;
  const params = (match[2] ?? "").split(",").map((param) => param.trim());
  const alt = params.find((param) => param.startsWith("alt="))?.slice(4) ?? "";
  if (params.some((param) => param !== "" && !param.startsWith("alt="))) note("an image's size", match[0]);
  return { is: [{ type: "image", url: match[1]!, alt, marks }], end: at + match[0].length };
}
