import type { ApprovalDecisions } from "#approvals";
import { messageOf, PreloopError } from "#base";
import { localUserOf } from "#config";
import type { Db } from "#store";
import { type Foundation, layFoundation } from "./foundation.ts";
import type { House, Output } from "./house.ts";

interface HouseOptions {
  readonly out: Output;
  /** The file that `--config` names; known when the command line has been read. */
  readonly config: () => string | undefined;
}

/** The house as commands meet it; parts are built when first asked for. */
export function createHouse({ out, config }: HouseOptions): House {
  let laid: Promise<Foundation> | undefined;
  let deciders: Promise<ApprovalDecisions> | undefined;
  let noted: Promise<void> | undefined;
  const foundation = () => {
    laid ??= layFoundation(config());
    return laid;
  };

  async function buildDeciders(): Promise<ApprovalDecisions> {
    const { createApprovalDecisions } = await import("#approvals");
    const { config } = (await foundation()).loaded;
    return createApprovalDecisions({ db: await store(), secretNames: config.audit.redact });
  }

  async function store(): Promise<Db> {
    const ground = await foundation();
    const db = await ground.store();
    noted ??= noteOtherStores(db, ground.settings.home, out);
    await noted;
    return db;
  }

  const decider = async () => localUserOf((await foundation()).settings);

  // Unwritten or not, it is refused; the store stays shut, for an agent may try this as often as it likes.
  async function noteRefusal(what: string, marker: string): Promise<void> {
    const { noteEvent } = await import("./note-event.ts");
    const facts = { what, marker };
    await noteEvent({ foundation, decider }, "decision_refused", facts, { ship: false }).catch((error) =>
      out.note(`This refusal was not written down: ${messageOf(error)}`),
    );
  }

  return {
    out,
    foundation,
    decider,
    store,
    deciders() {
      deciders ??= buildDeciders();
      return deciders;
    },
    async refuseInsideAgents(what) {
      const { agentMarker } = (await foundation()).settings;
      if (agentMarker === undefined) return;
      await noteRefusal(what, agentMarker);
      throw new PreloopError(
        "agent_environment",
        `${what} is for people, and this looks like an agent's own shell (${agentMarker} is set). Run it in a terminal of yours`,
      );
    },
    async close() {
      const ground = await laid?.catch(() => undefined);
      await ground?.close();
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
