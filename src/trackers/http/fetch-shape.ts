import type { TrackerAnswer, TrackerCall } from "./types.ts";

/** A call out of the arguments of `fetch`. */
export function toCall(
  about: Pick<TrackerCall, "about" | "isRepeatable" | "signal">,
  input: string | URL | Request,
  init: RequestInit = {},
): TrackerCall {
  if (init.body !== undefined && init.body !== null && typeof init.body !== "string")
    throw new TypeError("a tracker's call has a text for a body");
  return {
    ...about,
    method: init.method ?? "GET",
    url: input instanceof Request ? input.url : String(input),
    headers: Object.fromEntries(new Headers(init.headers)),
    ...(init.body ? { body: init.body } : {}),
  };
}

/** An answer as what `fetch` resolves with. */
export function toResponse(answer: TrackerAnswer): Response {
  const isBodiless = answer.text === "" || [204, 205, 304].includes(answer.status);
  const headers = new Headers(answer.headers);
  // The body is unpacked already.
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) headers.delete(name);
  const response = new Response(isBodiless ? null : answer.text, { status: answer.status, headers });
  Object.defineProperty(response, "url", { value: answer.url });
  return response;
}
