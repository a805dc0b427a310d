import type { LinkKind } from "#model";
import type { WantedLink } from "../bind-tracker.ts";
import { linkText } from "../link-text.ts";
import { readAs } from "../read-as.ts";
import { issueUnknown, unexpected } from "../refusals.ts";
import { postComment } from "./comment.ts";
import type { JiraContext } from "./read.ts";
import { refuseInvalid } from "./refuse.ts";
import { linkTypesSchema } from "./schema.ts";

/** How the types are called that say a kind, and whether the holder is the one that duplicates or blocks. */
const TYPES: Readonly<Partial<Record<LinkKind, { readonly word: RegExp; readonly isFrom: boolean }>>> = {
  duplicates: { word: /duplicat/i, isFrom: true },
  duplicated_by: { word: /duplicat/i, isFrom: false },
  blocks: { word: /\bblock/i, isFrom: true },
  blocked_by: { word: /\bblock/i, isFrom: false },
  relates: { word: /\brelat/i, isFrom: true },
};

/**
 * Links two issues of this Jira. A comment says what a link cannot: parents and children, an issue somewhere else,
 * and what the site has no type of links for.
 */
export async function postLink(
  site: JiraContext,
  key: string,
  { kind, target }: WantedLink,
  signal?: AbortSignal,
): Promise<void> {
  const [here, there] = [site.keys.read(key), site.keys.read(target)];
  if (here === undefined) throw issueUnknown(site.name, key);
  const type = there === undefined ? undefined : await typeOf(site, kind, signal);
  if (there === undefined || type === undefined) {
    await postComment(site, here, linkText(kind, target), signal);
    return;
  }
  const [from, to] = type.isFrom ? [here, there] : [there, here];
  const about = `a link from ${here} to ${there}`;
  const answer = await site.client.ask({
    about,
    signal,
    method: "POST",
    path: "issueLink",
    // The issue that duplicates or blocks is the inward one here, although the other end shows it as such.
    body: { type: { name: type.name }, inwardIssue: { key: from }, outwardIssue: { key: to } },
  });
  refuseInvalid(site, about, `${here} or ${there}`, answer);
}

async function typeOf(site: JiraContext, kind: LinkKind, signal?: AbortSignal) {
  const wanted = TYPES[kind];
  if (!wanted) return undefined;
  const about = "the types of links";
  const answer = await site.client.ask({ about, signal, method: "GET", path: "issueLinkType" });
  // 404: links are switched off.
  if (answer.status === 404) return undefined;
  if (answer.status >= 300) throw unexpected(site.name, about, answer);
  const { issueLinkTypes } = readAs(linkTypesSchema, answer.data, { tracker: site.name, about });
  const type = issueLinkTypes.find(({ name, outward }) => wanted.word.test(`${name} ${outward ?? ""}`));
  return type && { name: type.name, isFrom: wanted.isFrom };
}
