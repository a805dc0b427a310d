import { Box } from "ink";
import { useSyncExternalStore } from "react";
import type { Desk } from "../desk/desk.ts";
import type { Layout } from "../desk/layout.ts";
import type { DeskState } from "../desk/state.ts";
import { detailWindow, headerLine, listRows, listTitle, tabsTitle, tinyLine } from "../lines/compose.ts";
import { helpLines } from "../lines/keys.ts";
import { line } from "../lines/line.ts";
import { promptLines } from "../lines/prompt.ts";
import { NoColor, Panel, Row, Rows } from "./parts.tsx";

/** The approvals screen. */
export function App({ desk, noColor }: { readonly desk: Desk; readonly noColor: boolean }) {
  const state = useSyncExternalStore(desk.subscribe, desk.state);
  const layout = desk.layout();
  const { columns } = state.size;
  if (layout.kind === "tiny") return <Row row={tinyLine(state)} width={columns} />;
  const prompt = promptLines(state);
  return (
    <NoColor value={noColor}>
      <Box flexDirection="column">
        <Row row={headerLine(state)} width={columns} />
        <Body desk={desk} state={state} layout={layout} />
        <Rows lines={prompt} width={columns} rows={prompt.length} />
      </Box>
    </NoColor>
  );
}

interface BodyProps {
  readonly desk: Desk;
  readonly state: DeskState;
  readonly layout: Exclude<Layout, { kind: "tiny" }>;
}

function Body({ desk, state, layout }: BodyProps) {
  const { columns } = state.size;
  if (state.mode.kind === "help") {
    const title = line({ text: " Keys ", tone: "title", bold: true });
    return (
      <Framed
        state={state}
        title={title}
        lines={helpLines()}
        width={columns - 4}
        rows={layout.rows}
        isFocused
      />
    );
  }
  return layout.kind === "single" ? (
    <Single desk={desk} state={state} layout={layout} />
  ) : (
    <Double desk={desk} state={state} layout={layout} />
  );
}

function Single({
  desk,
  state,
  layout,
}: BodyProps & { readonly layout: Extract<Layout, { kind: "single" }> }) {
  const { width, rows } = layout;
  if (state.panel === "detail") return <Detail desk={desk} state={state} width={width} rows={rows} />;
  const lines = listRows(state, state.list, width, rows);
  return (
    <Framed
      state={state}
      title={listTitle(state, state.list)}
      lines={lines}
      width={width}
      rows={rows}
      isFocused
    />
  );
}

function Double({
  desk,
  state,
  layout,
}: BodyProps & { readonly layout: Extract<Layout, { kind: "double" }> }) {
  const { left, right, rows, upperRows, lowerRows } = layout;
  const lower = state.list === "pending" ? "sessions" : state.list;
  return (
    <Box>
      <Box flexDirection="column">
        <Panel
          title={listTitle(state, "pending")}
          lines={listRows(state, "pending", left, upperRows)}
          width={left}
          rows={upperRows}
          isFocused={state.panel === "pending"}
        />
        <Panel
          title={tabsTitle(state, lower)}
          lines={listRows(state, lower, left, lowerRows)}
          width={left}
          rows={lowerRows}
          isFocused={state.panel === lower}
        />
      </Box>
      <Detail desk={desk} state={state} width={right} rows={rows} />
    </Box>
  );
}

interface DetailProps {
  readonly desk: Desk;
  readonly state: DeskState;
  readonly width: number;
  readonly rows: number;
}

function Detail({ desk, state, width, rows }: DetailProps) {
  const { lines, foot } = detailWindow(state, desk.details, width, rows);
  const title = line({ text: " 2 Detail ", tone: "title", bold: true });
  const isFocused = state.panel === "detail";
  return (
    <Framed
      state={state}
      title={title}
      lines={lines}
      foot={foot}
      width={width}
      rows={rows}
      isFocused={isFocused}
    />
  );
}

/** A panel, or for a screen reader its title and its rows alone. */
function Framed({ state, ...panel }: Parameters<typeof Panel>[0] & { readonly state: DeskState }) {
  if (!state.plain) return <Panel {...panel} />;
  const { title, lines, width, rows } = panel;
  return <Rows lines={[title, ...lines]} width={width} rows={rows + 1} />;
}
