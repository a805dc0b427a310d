import { openRuntime, type Runtime } from "#app";
import type { ApprovalDecisions } from "#approvals";
import { messageOf, PreloopError } from "#base";
import { localUserOf } from "#config";
import type { Db } from "#store";
import type { CommandContext, Output } from "./context.ts";

interface CommandContextOptions {
  readonly out: Output;
  /** The file that `--config` names; known when the command line has been read. */
  readonly config: () => string | undefined;
}

/** The context of one run of a command; its parts are opened when first asked for. */
export function createCommandContext({ out, config }: CommandContextOptions): CommandContext {
  let opened: Promise<Runtime> | undefined;
  let deciders: Promise<ApprovalDecisions> | undefined;
  let noted: Promise<void> | undefined;
  const runtime = () => {
    opened ??= openRuntime(config());
    return opened;
  };

  async function openDecisions(): Promise<ApprovalDecisions> {
    const { createApprovalDecisions } = await import("#approvals");
    const { config } = (await runtime()).loaded;
    return createApprovalDecisions({ db: await store(), secretNames: config.audit.redact });
  }

  async function store(): Promise<Db> {
    const { store, settings } = await runtime();
    const db = await store();
    noted ??= noteOtherStores(db, settings.home, out);
    await noted;
    return db;
  }

  const decider = async () => localUserOf((await runtime()).settings);

  // Unwritten or not, it is refused; the store stays shut, for an agent may try this as often as it likes.
  async function noteRefusal(what: string, marker: string): Promise<void> {
    const { recordEvent } = await import("#app");
    const facts = { what, marker };
    await recordEvent({ runtime, decider }, "decision_refused", facts, { ship: false }).catch((error) =>
      out.note(`This refusal was not written down: ${messageOf(error)}`),
    );
  }

  return {
    out,
    runtime,
    decider,
    store,
    decisions() {
      deciders ??= openDecisions();
      return deciders;
    },
    async refuseInsideAgents(what) {
      const { agentMarker } = (await runtime()).settings;
      if (agentMarker === undefined) return;
      await noteRefusal(what, agentMarker);
      throw new PreloopError(
        "agent_environment",
        `${what} is for people, and this looks like an agent's own shell (${agentMarker} is set). Run it in a terminal of yours`,
      );
    },
    async close() {
      const open = await opened?.catch(() => undefined);
      await open?.close();
    },
  };
}

// A client's config may set DATABASE_URL for preloop alone; then this terminal looks elsewhere without knowing it.
async function noteOtherStores(db: Db, home: string, out: Output): Promise<void> {
  const { readLiveStores } = await import("#store");
  const others = new Set(
    readLiveStores(home)
      .map(({ store }) => store)
      .filter((store) => store !== db.shown),
  );
  for (const store of others)
    out.note(
      `A live session uses ${store}; this command looks at ${db.shown}. Set DATABASE_URL to that store, or store.url in the config.`,
    );
}
