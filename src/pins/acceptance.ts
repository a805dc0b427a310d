import type { PinKind } from "#store";

/** Part of a pin that {@link acceptanceOf} must know. */
export interface Pinned {
  readonly kind?: PinKind;
  readonly server: string;
  /** The name or address clients know it by. */
  readonly name: string;
}

// A name that begins with a dash would be taken for an option.
const PLAIN_NAME = /^\w[\w-]*$/;
const PLAIN_ADDRESS = /^\w[\w:/.@%+,=~-]{0,299}$/;
const QUOTED_ADDRESS = /^\w[\w:/.@%+,=~?#[\]&()*;{} -]{0,299}$/;

/**
 * What to give to `preloop tools accept`, safe to paste into a shell whoever chose the name: where it is not, the
 * whole server.
 */
export function acceptanceOf({ kind = "tool", server, name }: Pinned): string {
  switch (kind) {
    case "tool":
      return name.startsWith(`${server}__`) ? name : server;
    case "instructions":
      return `${server} --instructions`;
    case "prompt":
      return PLAIN_NAME.test(name) ? `${server} --prompt ${name}` : server;
    case "resource":
    case "template":
      if (PLAIN_ADDRESS.test(name)) return `${server} --resource ${name}`;
      return QUOTED_ADDRESS.test(name) ? `${server} --resource '${name}'` : server;
  }
}
