import { request } from "node:http";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Sent {
  readonly method?: string;
  /** `Host` may be given, or be left out with `null`. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: string;
}

/** One request over a real socket, with exactly the headers that are given. */
export function send(url: string, { method = "GET", headers = {}, body }: Sent = {}): Promise<Reply> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const all: Record<string, string | null> = { Host: host, ...headers };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as Record<
    string,
    string
  >;
  if (body !== undefined) given["Content-Length"] = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const options = { hostname: hostname.replace(/^\[|\]$/g, ""), port, path: pathname + search, method };
    const sent = request({ ...options, headers: given, setHost: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The fields of the form that does `doing`, as a browser would send them. */
export function formOn(page: string, doing: string): Record<string, string> {
  const form = page.split("<form").find((part) => part.includes(`name="do" value="${doing}"`));
  if (form === undefined) throw new Error(`no form "${doing}" on the page:\n${page}`);
  const markup = form.slice(0, form.indexOf("</form>"));
  const inputs = [...markup.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  const areas = [...markup.matchAll(/<textarea[^>]*name="([^"]*)"[^>]*>\n([^<]*)<\/textarea>/g)];
  return Object.fromEntries([...inputs, ...areas].map(([, name, value]) => [name!, unescapeHtml(value!)]));
}

/** What a person reads: the text of a page without its markup. */
export function textOf(page: string): string {
  const body = page.slice(page.indexOf("<body>")).replace(/<textarea[^>]*>[^<]*<\/textarea>/g, "");
  return unescapeHtml(body.replace(/<[^>]*>/g, "")).replace(/[ \n]+/g, " ");
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
