import { randomInt } from "node:crypto";
import { type Instance, render } from "ink";
import type { ReactElement } from "react";
import type { ApprovalDecisions } from "#approvals";
import { type Clock, type Log, type Masking, messageOf, silentLog, systemClock } from "#base";
import type { Approval, AuditEventKind } from "#model";
import { createController } from "./controller/controller.ts";
import { editInFile, type SpawnEditor, spawnInTerminal } from "./editor.ts";
import { startGuard } from "./terminal/guard.ts";
import type { Key } from "./terminal/keys.ts";
import { createSignals } from "./terminal/signals.ts";
import { createSurface } from "./terminal/surface.ts";
import { createTerminal } from "./terminal/terminal.ts";
import { App } from "./view/app.tsx";

/** Options of the approvals screen: its store side, its person, its streams, and what is written down. */
export interface ApprovalsTuiOptions {
  readonly decisions: ApprovalDecisions;
  /** Who decides here: `local:<os user>`. */
  readonly decider: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** `NO_COLOR` is set. */
  readonly noColor?: boolean;
  /** One column, no boxes, few repaints. */
  readonly screenReader?: boolean;
  /** `TMUX` is set. */
  readonly insideTmux?: boolean;
  /** `$VISUAL` or `$EDITOR`, split into words. */
  readonly editor: readonly string[];
  readonly spawnEditor?: SpawnEditor;
  readonly masking?: Masking;
  /** Called before masked secrets are shown; they stay masked when it rejects. */
  readonly onReveal?: (approval: Approval) => Promise<void> | void;
  /** Called after what a person did beside voting: froze, thawed, revoked, or was refused a vote. */
  readonly onEvent?: (kind: AuditEventKind, facts: Readonly<Record<string, string>>) => Promise<void> | void;
  readonly clock?: Clock;
  readonly log?: Log;
}

const TICK_MS = 1_000;
// A screen reader reads out what changes; a clock that ticks would never let it finish.
const CALM_TICK_MS = 30_000;

/**
 * The full-screen approvals terminal. Resolves when the person quits or a signal ends it, with the terminal as it was
 * before; what is pending stays pending. Streams must be terminals.
 */
export async function runApprovalsTui(options: ApprovalsTuiOptions): Promise<void> {
  const { stdin, stdout, clock = systemClock, log = silentLog, insideTmux = false } = options;
  const plain = options.screenReader ?? false;
  const finished = deferred();
  const onKeys = (keys: readonly Key[]) => {
    if (keys.some(({ name }) => name === "ctrl-z")) signals.suspend();
    else controller.press(keys);
  };
  const onResize = () => {
    controller.resize(terminal.size);
    surface.repaint();
  };
  const guard = startGuard(stdout);
  const terminal = createTerminal({ stdin, stdout, insideTmux, onKeys, onResize, onOwner: guard.tell });
  const surface = createSurface(() => terminal.size, terminal.paint);
  const come = () => {
    terminal.enter();
    onResize();
  };
  const signals = createSignals({ leave: terminal.leave, come, end: finished.resolve });

  const controller = createController({
    decisions: options.decisions,
    decider: options.decider,
    clock,
    size: terminal.size,
    plain,
    masking: options.masking ?? {},
    newCode: () => String(randomInt(100, 1_000)),
    onReveal: options.onReveal ?? (() => {}),
    onEvent: options.onEvent ?? (() => {}),
    edit: (text) =>
      signals.away(() => editInFile(text, options.editor, options.spawnEditor ?? spawnInTerminal)),
    notify: terminal.notify,
    copy: terminal.copy,
    onQuit: finished.resolve,
  });

  const forget = onceGone(stdin, finished.resolve);
  terminal.enter();
  const app = <App controller={controller} noColor={options.noColor ?? false} />;
  const view = renderWhole(app, surface.stream, stdin);
  view.waitUntilExit().catch((error) => finished.reject(error));
  const timer = setInterval(() => controller.tick(), plain ? CALM_TICK_MS : TICK_MS);
  void controller.refresh();
  try {
    await finished.promise;
  } finally {
    clearInterval(timer);
    terminal.leave();
    view.unmount();
    signals.close();
    guard.release();
    forget();
    await controller
      .close()
      .catch((error) => log.debug("approvals screen closed badly", { error: messageOf(error) }));
  }
}

function onceGone(stdin: NodeJS.ReadStream, onGone: () => void): () => void {
  const tell = () => onGone();
  stdin.on("end", tell);
  stdin.on("error", tell); // EIO: the terminal itself is gone
  return () => {
    stdin.off("end", tell);
    stdin.off("error", tell);
  };
}

// Debug mode hands over every frame whole: ink's own painting clears the scrollback and draws nothing under CI.
function renderWhole(app: ReactElement, stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream): Instance {
  const ours = { debug: true, exitOnCtrlC: false, patchConsole: false, isScreenReaderEnabled: false };
  return render(app, { stdout, stdin, ...ours });
}

function deferred() {
  let resolve = () => {};
  let reject = (_: unknown) => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
