import { Box, Text } from "ink";
import { createContext, useContext } from "react";
import { fitLine, type Segment, type StyledLine, type Tone, widthOf } from "../render/styled-line.ts";
import { styleOf } from "./theme.ts";

/** Whether colours are unwanted. */
export const NoColor = createContext(false);

/** One row of the screen, exactly as wide as it is told. */
export function Row({ row, width }: { readonly row: StyledLine; readonly width: number }) {
  const noColor = useContext(NoColor);
  return (
    <Text wrap="truncate">
      {merged(fitLine(row, width)).map((segment, at) => styled(segment, at, noColor))}
    </Text>
  );
}

function styled({ text, tone = "plain", bold = false }: Segment, key: number, noColor: boolean) {
  if (tone === "plain" && !bold) return text;
  return (
    <Text key={key} bold={bold} {...styleOf(tone, noColor)}>
      {text}
    </Text>
  );
}

// Every text of its own is a node to lay out; neighbours that look alike are one.
function merged(row: StyledLine): StyledLine {
  const parts: Segment[] = [];
  for (const segment of row) {
    const last = parts.at(-1);
    const isAlike =
      last &&
      (last.tone ?? "plain") === (segment.tone ?? "plain") &&
      (last.bold ?? false) === (segment.bold ?? false);
    if (isAlike) parts[parts.length - 1] = { ...last, text: last.text + segment.text };
    else parts.push(segment);
  }
  return parts;
}

interface RowsProps {
  readonly lines: readonly StyledLine[];
  readonly width: number;
  readonly rows: number;
}

/** So many rows, empty ones at the end. */
export function Rows({ lines, width, rows }: RowsProps) {
  const shown = Array.from({ length: rows }, (_, at) => lines[at] ?? []);
  return (
    <Box flexDirection="column">
      {shown.map((row, at) => (
        <Row key={at} row={row} width={width} />
      ))}
    </Box>
  );
}

interface PanelProps extends RowsProps {
  readonly title: StyledLine;
  readonly isFocused: boolean;
  /** Said in the lower edge: how far a reader has come. */
  readonly foot?: string | undefined;
}

/** Rows in a frame with a title; the focused one has a heavier frame, so that focus does not hang on colour. */
export function PanelBox({ title, isFocused, foot = "", lines, width, rows }: PanelProps) {
  const edge = isFocused ? HEAVY : LIGHT;
  const tone: Tone = isFocused ? "title" : "quiet";
  const inner = width + 2;
  const named = widthOf(title) > inner ? fitLine(title, inner) : title;
  const head: StyledLine = [{ text: edge.topLeft, tone }, ...named];
  const used = widthOf(named);
  const top: StyledLine = [
    ...head,
    { text: edge.across.repeat(Math.max(0, inner - used)) + edge.topRight, tone },
  ];
  const bottom =
    edge.bottomLeft + edge.across.repeat(Math.max(0, inner - foot.length)) + foot + edge.bottomRight;
  const framed = Array.from(
    { length: rows },
    (_, at): StyledLine => [
      { text: `${edge.down} `, tone },
      ...fitLine(lines[at] ?? [], width),
      { text: ` ${edge.down}`, tone },
    ],
  );
  return <Rows lines={[top, ...framed, [{ text: bottom, tone }]]} width={inner + 2} rows={rows + 2} />;
}

const LIGHT = {
  topLeft: "┌",
  topRight: "┐",
  bottomLeft: "└",
  bottomRight: "┘",
  across: "─",
  down: "│",
} as const;
const HEAVY = {
  topLeft: "┏",
  topRight: "┓",
  bottomLeft: "┗",
  bottomRight: "┛",
  across: "━",
  down: "┃",
} as const;
