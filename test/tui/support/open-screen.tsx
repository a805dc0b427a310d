import { render } from "ink-testing-library";
import { onTestFinished, vi } from "vitest";
import type { Clock } from "#base";
import type { Approval } from "#model";
import { type Controller, createController } from "../../../src/tui/controller/controller.ts";
import type { ControllerOptions } from "../../../src/tui/controller/mode-context.ts";
import { createKeyReader } from "../../../src/tui/terminal/keys.ts";
import { App } from "../../../src/tui/view/app.tsx";
import { NOW } from "./approvals.ts";
import { type MemoryDecisions, memoryDecisions } from "./memory-decisions.ts";

export interface Screen {
  readonly decisions: MemoryDecisions;
  readonly controller: Controller;
  /** What the terminal was told besides frames. */
  readonly notified: string[];
  readonly copied: string[];
  readonly revealed: string[];
  readonly events: string[];
  readonly hasQuit: () => boolean;
  /** The frame as it is now. */
  frame(): string;
  /** Each chunk as one read of the terminal, with time to look before it. */
  keys(...chunks: readonly string[]): Promise<void>;
  /** One read of the terminal, without time passing before it. */
  send(chunk: string): void;
  wait(ms: number): void;
  settled(): Promise<void>;
}

export const KEY = {
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  end: "\x1b[F",
  home: "\x1b[H",
  pageDown: "\x1b[6~",
  enter: "\r",
  escape: "\x1b",
  tab: "\t",
  backspace: "\x7f",
} as const;

export interface Given extends Partial<Omit<ControllerOptions, "deciders" | "clock">> {
  readonly approvals?: readonly Approval[];
  readonly decisions?: MemoryDecisions;
  readonly noColor?: boolean;
}

/** The whole screen over a decider side in memory and a clock that the test moves. The number to type is 412. */
export async function openScreen(given: Given = {}): Promise<Screen> {
  const decisions = given.decisions ?? memoryDecisions(given.approvals ?? []);
  let elapsed = 0;
  const clock: Clock = { now: () => new Date(NOW.getTime() + elapsed), ticksMs: () => elapsed };
  const [notified, copied, revealed, events]: [string[], string[], string[], string[]] = [[], [], [], []];
  let quit = false;
  const controller = createController({
    decider: "local:ana",
    size: { columns: 100, rows: 30 },
    plain: false,
    masking: {},
    newCode: () => "412",
    onReveal: ({ id }) => void revealed.push(id),
    onEvent: (kind, facts) => void events.push(`${kind} ${Object.values(facts).join(" ")}`),
    edit: async () => undefined,
    notify: (text) => notified.push(text),
    copy: (text) => copied.push(text),
    onQuit: () => {
      quit = true;
    },
    ...given,
    decisions,
    clock,
  });
  const view = render(<App controller={controller} noColor={given.noColor ?? true} />);
  onTestFinished(async () => {
    view.unmount();
    await controller.close();
  });
  const reader = createKeyReader();
  // React draws in a microtask after a change, the history of a newly picked item comes a turn later.
  const drawn = () => new Promise((resolve) => setTimeout(resolve, 1));
  const settled = async () => {
    await vi.waitUntil(() => controller.state().mode.kind !== "busy", { interval: 2 });
    await controller.refresh();
    await drawn();
  };
  await settled();
  return {
    decisions,
    controller,
    notified,
    copied,
    revealed,
    events,
    hasQuit: () => quit,
    frame: () => view.lastFrame() ?? "",
    async keys(...chunks) {
      for (const chunk of chunks) {
        elapsed += 700;
        controller.press(reader.push(chunk));
        if (controller.state().mode.kind === "busy") await settled();
        await drawn();
      }
    },
    send: (chunk) => controller.press(reader.push(chunk)),
    wait(ms) {
      elapsed += ms;
      controller.tick();
    },
    settled,
  };
}
