import { Box } from "ink";
import { useSyncExternalStore } from "react";
import type { Controller } from "../controller/controller.ts";
import type { ScreenLayout } from "../controller/screen-layout.ts";
import type { ScreenState } from "../controller/state.ts";
import { detailWindow, headerLine, listRows, listTitle, tabsTitle, tinyLine } from "../render/compose.ts";
import { helpLines } from "../render/keys.ts";
import { promptLines } from "../render/prompt.ts";
import { line } from "../render/styled-line.ts";
import { NoColor, PanelBox, Row, Rows } from "./parts.tsx";

/** The approvals screen. */
export function App({ controller, noColor }: { readonly controller: Controller; readonly noColor: boolean }) {
  const state = useSyncExternalStore(controller.subscribe, controller.state);
  const layout = controller.layout();
  const { columns } = state.size;
  if (layout.kind === "tiny") return <Row row={tinyLine(state)} width={columns} />;
  const prompt = promptLines(state);
  return (
    <NoColor value={noColor}>
      <Box flexDirection="column">
        <Row row={headerLine(state)} width={columns} />
        <Body controller={controller} state={state} layout={layout} />
        <Rows lines={prompt} width={columns} rows={prompt.length} />
      </Box>
    </NoColor>
  );
}

interface BodyProps {
  readonly controller: Controller;
  readonly state: ScreenState;
  readonly layout: Exclude<ScreenLayout, { kind: "tiny" }>;
}

function Body({ controller, state, layout }: BodyProps) {
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
    <Single controller={controller} state={state} layout={layout} />
  ) : (
    <Double controller={controller} state={state} layout={layout} />
  );
}

function Single({
  controller,
  state,
  layout,
}: BodyProps & { readonly layout: Extract<ScreenLayout, { kind: "single" }> }) {
  const { width, rows } = layout;
  if (state.panel === "detail")
    return <Detail controller={controller} state={state} width={width} rows={rows} />;
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
  controller,
  state,
  layout,
}: BodyProps & { readonly layout: Extract<ScreenLayout, { kind: "double" }> }) {
  const { left, right, rows, upperRows, lowerRows } = layout;
  const lower = state.list === "pending" ? "sessions" : state.list;
  return (
    <Box>
      <Box flexDirection="column">
        <PanelBox
          title={listTitle(state, "pending")}
          lines={listRows(state, "pending", left, upperRows)}
          width={left}
          rows={upperRows}
          isFocused={state.panel === "pending"}
        />
        <PanelBox
          title={tabsTitle(state, lower)}
          lines={listRows(state, lower, left, lowerRows)}
          width={left}
          rows={lowerRows}
          isFocused={state.panel === lower}
        />
      </Box>
      <Detail controller={controller} state={state} width={right} rows={rows} />
    </Box>
  );
}

interface DetailProps {
  readonly controller: Controller;
  readonly state: ScreenState;
  readonly width: number;
  readonly rows: number;
}

function Detail({ controller, state, width, rows }: DetailProps) {
  const { lines, foot } = detailWindow(state, controller.details, width, rows);
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
function Framed({ state, ...panel }: Parameters<typeof PanelBox>[0] & { readonly state: ScreenState }) {
  if (!state.plain) return <PanelBox {...panel} />;
  const { title, lines, width, rows } = panel;
  return <Rows lines={[title, ...lines]} width={width} rows={rows + 1} />;
}
