import { SERVER_NAME } from "#config";
import { fingerprint } from "./json-value.ts";
import type { ServerDraft } from "./types.ts";

/** Names for servers that come from many files into one config. */
export interface Naming {
  /** The name a server gets, and whether the config has it under that name already. */
  nameFor(wanted: string, server: ServerDraft): { readonly name: string; readonly isKnown: boolean };
}

/** One server in two clients' files gets one name; two servers of one name get two. */
export function createNaming(existing: Readonly<Record<string, unknown>>): Naming {
  const taken = new Map(Object.entries(existing).map(([name, server]) => [name, fingerprint(server)]));
  return {
    nameFor(wanted, server) {
      const print = fingerprint(server);
      const base = plainName(wanted);
      for (let count = 1; ; count++) {
        const name = count === 1 ? base : `${base.slice(0, 23 - String(count).length)}-${count}`;
        const holder = taken.get(name);
        if (holder === print) return { name, isKnown: true };
        if (holder !== undefined || name === "preloop") continue;
        taken.set(name, print);
        return { name, isKnown: false };
      }
    },
  };
}

function plainName(wanted: string): string {
  const plain = wanted
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "")
    .slice(0, 24);
  return SERVER_NAME.test(plain) ? plain : "server";
}
