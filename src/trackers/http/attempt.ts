import { codeOf, messageOf } from "#base";
import { type RateLimit, readRateLimit } from "./rate-limit.ts";
import type { TrackerAnswer, TrackerCall } from "./types.ts";

/** Result of one attempt. */
export type AttemptResult =
  | { readonly kind: "answered"; readonly answer: TrackerAnswer; readonly limits: RateLimit }
  /** Refused because of a limit; nothing was done. */
  | { readonly kind: "limited"; readonly status: number; readonly limits: RateLimit }
  /** No answer worth the name; another attempt may fare better. */
  | { readonly kind: "broken"; readonly reason: string; readonly wasSent: boolean; readonly waitMs?: number }
  /** An answer that will be the same next time: a page where JSON is due, a redirect to somebody else. */
  | { readonly kind: "wrong"; readonly reason: string; readonly status: number };

const REDIRECTS = 5;
/** Far above a hundred of the largest issues. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Sends once and reads to the end. Follows redirects within the host, as the method allows. */
export async function attemptOnce(
  call: TrackerCall,
  signal: AbortSignal,
  now: () => Date,
): Promise<AttemptResult> {
  let url = call.url;
  try {
    for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
      const response = await fetch(url, {
        method: call.method,
        redirect: "manual",
        signal,
        ...(call.headers ? { headers: call.headers } : {}),
        ...(call.body === undefined ? {} : { body: call.body }),
      });
      const text = await readBody(response);
      if (text === undefined)
        return {
          kind: "wrong",
          reason: `its answer is longer than ${MOST_BYTES / 1024 / 1024} MB`,
          status: response.status,
        };
      const target = redirectTarget(response, url);
      if (!target) return resultOf(response, text, url, now());
      const refused = redirectRefused(call.method, response.status, url, target);
      if (refused) return { kind: "wrong", reason: refused, status: response.status };
      url = target;
    }
    return { kind: "wrong", reason: `it redirects more than ${REDIRECTS} times`, status: 310 };
  } catch (error) {
    const cause = (error as { cause?: unknown }).cause ?? error;
    return { kind: "broken", reason: messageOf(cause), wasSent: !NEVER_SENT.has(codeOf(cause) ?? "") };
  }
}

/** The body as text; undefined when it is too long, and then the rest is not read. */
async function readBody({ body }: Response): Promise<string | undefined> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) return undefined; // leaving the loop cancels the stream
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

function redirectTarget(response: Response, url: string): string | undefined {
  const location = response.headers.get("location");
  if (!location || ![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  return URL.canParse(location, url) ? new URL(location, url).href : undefined;
}

function redirectRefused(method: string, status: number, from: string, to: string): string | undefined {
  const [here, there] = [new URL(from), new URL(to)];
  if (here.origin !== there.origin)
    return `it redirects to ${there.origin}; if it lives there, write that address as its url, and if that is a login page, have the API let through`;
  // A write goes on as the write it is, as GitHub asks for what was renamed; a 302 is a login's, and 303 asks for a read.
  const isRead = method === "GET" || method === "HEAD";
  return isRead || [301, 307, 308].includes(status) ? undefined : `it redirects a ${method} to ${to}`;
}

function resultOf(response: Response, text: string, url: string, now: Date): AttemptResult {
  const { status, headers } = response;
  const limits = readRateLimit(status, headers, text, now);
  if (limits.isRefusal) return { kind: "limited", status, limits };
  if (status >= 500)
    return { kind: "broken", reason: `it answered ${status}`, wasSent: true, ...waitOf(limits) };
  if (text.trim() === "" || status === 304)
    return { kind: "answered", answer: { status, headers, data: undefined, text: "", url }, limits };
  // A login page or a proxy's error comes with any status: only JSON is the tracker's own word.
  const type = headers.get("content-type") ?? "";
  if (/html/i.test(type) || text.trimStart().startsWith("<"))
    return { kind: "wrong", reason: "it answered with a web page where JSON is due", status };
  try {
    return { kind: "answered", answer: { status, headers, data: JSON.parse(text), text, url }, limits };
  } catch {
    if (status < 300) return { kind: "broken", reason: "its answer is no whole JSON", wasSent: true };
    return { kind: "wrong", reason: `it answered ${status} with something that is no JSON`, status };
  }
}

function waitOf(limits: RateLimit): { waitMs?: number } {
  return limits.waitMs === undefined ? {} : { waitMs: limits.waitMs };
}
