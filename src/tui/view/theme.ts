import type { TextProps } from "ink";
import type { Tone } from "../render/styled-line.ts";

// Blue and orange, which stay apart for every kind of eye, and read on dark and on light ground.
const BLUE = "#4c8dff";
const ORANGE = "#d9822b";

const THEME: Readonly<Record<Tone, TextProps>> = {
  plain: {},
  quiet: { dimColor: true },
  good: { color: BLUE },
  title: { color: BLUE },
  warn: { color: ORANGE },
  escape: { color: ORANGE, inverse: true },
  added: { color: BLUE },
  removed: { color: ORANGE },
};

/** The style of a tone; with `noColor`, weight alone. */
export function styleOf(tone: Tone | undefined, noColor: boolean): TextProps {
  const style = THEME[tone ?? "plain"];
  if (!noColor) return style;
  const { color: _, ...rest } = style;
  return rest;
}
