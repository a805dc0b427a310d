import { codeOf, messageOf, PreloopError } from "#base";

const LOST_CODES = new Set(["ECONNRESET", "EPIPE", "ECONNREFUSED", "ENOENT", "57P01", "57P02"]);
const LOST_TEXT = /^Connection terminated(?! due)/;
const STARTING_OR_STOPPING = "57P03";
const UNSENT_TEXT = /^Client (has encountered a connection error|was closed)/;

/** True when the connection went away under a query: the store may be back a moment later. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return (
    LOST_CODES.has(code) || code.startsWith("08") || isNotBegun(error) || LOST_TEXT.test(messageOf(error))
  );
}

/** True when what was asked has certainly not begun: refused by a server that starts or stops, or never sent. */
export function isNotBegun(error: unknown): boolean {
  return codeOf(error) === STARTING_OR_STOPPING || UNSENT_TEXT.test(messageOf(error));
}

/** What pg threw, as preloop says it: trouble with reaching the store in people's words, SQL errors as they are. */
export function storeFailure(error: unknown, shown: string): unknown {
  if (error instanceof PreloopError) return error;
  const advice = adviceFor(error);
  if (advice === undefined) return error;
  return new PreloopError("store_unavailable", `Cannot use the store at ${shown}: ${advice}`, {
    cause: error,
  });
}

function adviceFor(error: unknown): string | undefined {
  switch (codeOf(error)) {
    case "ECONNREFUSED":
    case "ENOENT":
      return "nothing listens there; start the server or correct DATABASE_URL";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "no such host; correct DATABASE_URL";
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "the host does not answer; check the network, or correct DATABASE_URL";
    case "28P01":
    case "28000":
      return `${messageOf(error)}; correct the user or the password in DATABASE_URL`;
    case "3D000":
      return `${messageOf(error)}; create it (createdb) or correct DATABASE_URL`;
    case "53300":
      return "it has no free connection; raise max_connections or stop other clients";
    case "57P03":
      return `${messageOf(error)}; try again in a moment`;
    case "53100":
      return `${messageOf(error)}; make room on its disk`;
  }
  return (
    adviceForText(messageOf(error)) ?? (isLost(error) ? "the connection was lost; try again" : undefined)
  );
}

function adviceForText(text: string): string | undefined {
  if (/client password must be a string|empty string/.test(text))
    return "it asks for a password; add one to DATABASE_URL";
  if (/connection timeout|timeout exceeded|timeout expired/.test(text))
    return "it did not answer in time; check the network, or correct DATABASE_URL";
  if (/does not support SSL/.test(text)) return "it offers no TLS; add ?sslmode=disable to DATABASE_URL";
  if (/certificate|self-signed/.test(text))
    return `${text}; add ?sslmode=require or an sslrootcert to DATABASE_URL`;
  return undefined;
}
