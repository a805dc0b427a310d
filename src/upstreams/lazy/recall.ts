import { canonicalJson, isDeeperThan, isJsonObject, type Json, type JsonObject, MAX_DEPTH } from "#base";
import { LISTINGS, type ListingWords, members, readFrame } from "#protocol";
import type { Upstream, UpstreamReply, UpstreamRequest } from "../types.ts";
import type { ListingCache } from "./listing-cache.ts";

/** The listings that outlive a server's process, by the method that asks for them. */
export const KEPT: ReadonlyMap<string, ListingWords> = new Map(
  Object.values(LISTINGS).map((words) => [words.method, words]),
);

const NOTHING: UpstreamReply = { kind: "result", text: "{}", value: {} };

/** The answer to a request that a stopped server need not be started for. */
export function recall({ method, params }: UpstreamRequest, cache: ListingCache): UpstreamReply | undefined {
  if (method === "ping" || method === "logging/setLevel" || method === "resources/unsubscribe")
    return NOTHING;
  const text = KEPT.has(method) ? cache.page(method, cursorIn(params)) : undefined;
  return text === undefined ? undefined : { kind: "result", text, value: resultOf(text) };
}

/** Keeps what a running server answered, where that is a listing. */
export function keepListing(
  { method, params }: UpstreamRequest,
  reply: UpstreamReply,
  cache: ListingCache,
): void {
  if (KEPT.has(method) && reply.kind === "result") cache.keepPage(method, cursorIn(params), reply.text);
}

/** Lists anew what is kept of a server that has just been started; resolves with the methods that list other things now. */
export async function relist(live: Upstream, cache: ListingCache): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const method of cache.methods()) if (await differs(live, method, cache)) changed.push(method);
  return changed;
}

async function differs(live: Upstream, method: string, cache: ListingCache): Promise<boolean> {
  const { member } = KEPT.get(method)!;
  let cursor: string | undefined;
  do {
    const params = cursor === undefined ? "{}" : JSON.stringify({ cursor });
    const before = cache.page(method, cursor);
    // A page that nobody asked for before; what there was is the same.
    if (before === undefined) return false;
    const reply = await live.request({ method, params });
    const [was, is] = [objectOf(resultOf(before)), objectOf(reply.value)];
    const same = reply.kind === "result" && equal(was[member], is[member]);
    if (!same || was.nextCursor !== is.nextCursor) {
      cache.forget(method);
      return true;
    }
    cursor = typeof is.nextCursor === "string" ? is.nextCursor : undefined;
  } while (cursor !== undefined);
  return false;
}

function equal(one: Json = null, other: Json = null): boolean {
  // What is too deep to be walked is asked for anew.
  if (isDeeperThan(one, MAX_DEPTH) || isDeeperThan(other, MAX_DEPTH)) return false;
  return canonicalJson(one) === canonicalJson(other);
}

function cursorIn(params: string | undefined): string | undefined {
  const raw = params === undefined ? undefined : members(params).get("cursor");
  return raw?.startsWith('"') ? (JSON.parse(raw) as string) : undefined;
}

// Read as every answer of a server's is read, so that nobody can tell the two apart.
function resultOf(text: string): Json {
  const frame = readFrame(`{"jsonrpc":"2.0","id":0,"result":${text}}`);
  return !Array.isArray(frame) && frame.kind === "result" ? frame.result : null;
}

function objectOf(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}
