/** Address of a server, and the headers that say who asks. */
export interface Address {
  /** For people and for ids: without user and password. */
  readonly shown: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whatever must not appear in an error. */
  readonly secrets: readonly string[];
}

const OLLAMA_PORT = "11434";

/**
 * Reads what people write: `host`, `host:port`, `http://user:password@host/path`. Ollama's own variable may name the
 * address it listens on, `0.0.0.0`, which is no place to go to.
 */
export function readAddress(written: string, token?: string): Address {
  const text = written.includes("://")
    ? written
    : `http://${written.startsWith(":") ? "127.0.0.1" : ""}${written}`;
  const url = new URL(text);
  if (url.hostname === "0.0.0.0" || url.hostname === "[::]") url.hostname = "127.0.0.1";
  if (!written.includes("://") && url.port === "" && !/:80$/.test(written)) url.port = OLLAMA_PORT;
  const { username, password } = url;
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  const shown = url.href.replace(/\/+$/, "");
  const login = [username, password].map(decodeURIComponent);
  const basic = Buffer.from(login.join(":")).toString("base64");
  const authorization = token !== undefined ? `Bearer ${token}` : username ? `Basic ${basic}` : undefined;
  return {
    shown,
    url: shown,
    headers: authorization === undefined ? {} : { Authorization: authorization },
    secrets: [token, password && login[1], password, username && basic].filter((secret) => secret),
  } as Address;
}
