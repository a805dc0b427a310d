import type { DeciderSide } from "#approvals";
import { PreloopError } from "#base";
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
  let deciders: Promise<DeciderSide> | undefined;
  const foundation = () => {
    laid ??= layFoundation(config());
    return laid;
  };

  async function buildDeciders(): Promise<DeciderSide> {
    const [{ createDeciderSide }, ground] = await Promise.all([import("#approvals"), foundation()]);
    return createDeciderSide({ db: await ground.store() });
  }

  return {
    out,
    foundation,
    async decider() {
      return `local:${(await foundation()).settings.osUser}`;
    },
    store: async () => (await foundation()).store(),
    deciders() {
      deciders ??= buildDeciders();
      return deciders;
    },
    async refuseInsideAgents(what) {
      const { agentMarker } = (await foundation()).settings;
      if (agentMarker === undefined) return;
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
