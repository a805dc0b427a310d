import { isJsonObject, type Json, type JsonObject } from "#base";
import { members } from "#protocol";
import type { Era, Upstream } from "#upstreams";

/** A notification of a server's, and what decides how far it goes. */
export interface ServerNotification {
  readonly upstream: Upstream;
  readonly method: string;
  readonly params: string | undefined;
  readonly era: Era | undefined;
  /** True for the id of a link that the server has asked to have opened. */
  readonly knowsLink: (server: string, elicitationId: string) => boolean;
}

/** Longer log lines are left out: each is read by a client, and by what reads its log. */
const MAX_LINE = 256 * 1024;

const KNOWN: Readonly<
  Record<string, (given: JsonObject, notification: ServerNotification) => string | undefined>
> = {
  "notifications/message": (given, { params }) => {
    const { level, logger } = given;
    const data = params!.length > MAX_LINE ? undefined : members(params!).get("data");
    const left = `a log line of ${params!.length} characters was left out`;
    return withRaw(
      { level, logger },
      "data",
      data ?? JSON.stringify(params!.length > MAX_LINE ? left : null),
    );
  },
  "notifications/resources/updated": ({ uri }) =>
    typeof uri === "string" ? JSON.stringify({ uri }) : undefined,
  "notifications/elicitation/complete": ({ elicitationId }, { upstream, era, knowsLink }) =>
    typeof elicitationId === "string" && era === "legacy" && knowsLink(upstream.name, elicitationId)
      ? JSON.stringify({ elicitationId })
      : undefined,
};

/** The params of a server's notification from the members that the protocol knows; undefined for one that goes no further. */
export function readServerNotification(notification: ServerNotification): string | undefined {
  const read = Object.hasOwn(KNOWN, notification.method) ? KNOWN[notification.method] : undefined;
  const value = notification.params === undefined ? {} : (JSON.parse(notification.params) as Json);
  return read && isJsonObject(value)
    ? read(value, { ...notification, params: notification.params ?? "{}" })
    : undefined;
}

function withRaw(known: Readonly<Record<string, Json | undefined>>, key: string, raw: string): string {
  const texts = Object.entries(known).filter(([, value]) => typeof value === "string");
  const head = texts.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},`).join("");
  return `{${head}${JSON.stringify(key)}:${raw}}`;
}
