import { makeVisible, PreloopError } from "#base";

const LONGEST_LINK = 8_192;

/** An address that a person may be sent to. */
export interface LinkUrl {
  /** As every reader of addresses takes it. */
  readonly href: string;
  readonly host: string;
  /** What the person is told of the host, where it is not what it looks like. */
  readonly remark: string | undefined;
}

/** Reads an address that a server wants opened: http or https, and nothing in it that readers take differently. @throws params_invalid */
export function readLinkUrl(text: string): LinkUrl {
  if (text.length > LONGEST_LINK) throw refused("is too long");
  if (/[\s\\]/.test(text) || makeVisible(text).text !== text)
    throw refused("contains blanks, backslashes or invisible characters");
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) throw refused("is no http or https address");
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) throw refused("is no http or https address");
  // Also where it is empty: other readers take what stands before the @ for the host.
  if (/^\w+:\/\/[^/?#]*@/.test(text) || url.username !== "" || url.password !== "")
    throw refused("carries a user's name");
  const named = /^\w+:\/\/([^/?#]*)/.exec(text)![1]!.toLowerCase();
  const isPlain = named === url.host || named === `${url.host}:${url.protocol === "https:" ? 443 : 80}`;
  const remark = isPlain && !url.host.includes("xn--") ? undefined : `the link leads to ${url.host}`;
  return { href: url.href, host: url.host, remark };
}

function refused(why: string): PreloopError {
  return new PreloopError("params_invalid", `the link ${why}`);
}
