import { PreloopError } from "#base";
import type { ClientProfile } from "#upstreams";
import {
  type CallServices,
  createSessionCallServices,
  type SessionCallServices,
} from "../call/call-services.ts";

/** The client of a session, once it has said who it is, and the services of its calls. */
export interface ClientIdentity {
  /** Resolves with the client as it first presents itself. */
  readonly introduced: Promise<ClientProfile>;
  /** The client as it last said it is. */
  profile(): ClientProfile | undefined;
  services(): SessionCallServices | undefined;
  /** Takes note of who the client is. */
  accept(profile: ClientProfile): SessionCallServices;
  /** The client that makes a request. @throws request_invalid for one that has not said who it is */
  requireFor(method: string): { readonly client: ClientProfile; readonly services: SessionCallServices };
}

/** Nobody yet; `onClient` is called once, when the client has said who it is. */
export function createClientIdentity(onClient: (client: ClientProfile) => CallServices): ClientIdentity {
  let client: ClientProfile | undefined;
  let services: SessionCallServices | undefined;
  let introduce!: (client: ClientProfile) => void;
  const introduced = new Promise<ClientProfile>((resolve) => {
    introduce = resolve;
  });
  return {
    introduced,
    profile: () => client,
    services: () => services,
    accept(profile) {
      // A client may probe for the modern era and then settle on the other: what it chose last counts.
      client = profile;
      services ??= createSessionCallServices(onClient(profile));
      introduce(profile);
      return services;
    },
    requireFor(method) {
      if (client && services) return { client, services };
      throw new PreloopError("request_invalid", `${method} before initialize: say who you are first`);
    },
  };
}
