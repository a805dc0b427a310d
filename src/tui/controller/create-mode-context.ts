import { makeVisible, messageOf } from "#base";
import { isArmed } from "./exposure.ts";
import type { LiveState } from "./live-state.ts";
import type { ControllerOptions, ModeContext } from "./mode-context.ts";
import type { DetailMaker } from "./prepare.ts";

const TOAST_MS = 6_000;

/** Parts that the keys of every mode work on. */
interface ContextParts {
  readonly options: ControllerOptions;
  readonly live: LiveState;
  readonly details: DetailMaker;
  /** Reads the store again. */
  readonly refresh: () => Promise<void>;
}

export function createModeContext({ options, live, details, refresh }: ContextParts): ModeContext {
  const { state, set, layout } = live;
  const { clock } = options;
  const toast: ModeContext["toast"] = (text, tone = "good") =>
    set({ toast: { text: makeVisible(text).text, tone, untilMs: clock.ticksMs() + TOAST_MS } });

  async function runWork(work: () => Promise<string | undefined>): Promise<void> {
    const idle = () => (state().mode.kind === "busy" ? ({ mode: { kind: "browse" } } as const) : {});
    try {
      const said = await work();
      await refresh();
      set(idle());
      if (said !== undefined) toast(said);
    } catch (error) {
      await refresh();
      set(idle());
      toast(messageOf(error), "warn");
    }
  }

  return {
    options,
    details,
    state,
    set,
    layout,
    toast,
    detail: () => {
      const place = layout();
      if (place.kind === "tiny") return undefined;
      return details.detailOf(state(), place.kind === "double" ? place.right : place.width);
    },
    isArmed: () => isArmed(state(), clock.ticksMs()),
    act(text, work) {
      set({ mode: { kind: "busy", text } });
      void runWork(work);
    },
  };
}
