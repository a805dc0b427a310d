import type { SessionRecord } from "#approvals";
import type { Grant } from "#model";
import { SCOPE_VIEWS, shown, toolTitle } from "#views";
import { label, ruled } from "./detail.ts";
import { agoLabel, plural, timeLeftLabel } from "./labels.ts";
import { line, quiet, type StyledLine, strong, warn } from "./styled-line.ts";
import { escapesMarked, foldUntrusted } from "./untrusted.ts";

/** Everything about one session. */
export function sessionLines(session: SessionRecord, now: Date, width: number): readonly StyledLine[] {
  const { client, clientVersion, frozenAt, frozenBy } = session;
  const frozen = frozenAt
    ? [line(warn(`❄ frozen ${agoLabel(frozenAt, now)} by ${shown(frozenBy ?? "?")}; x thaws it`))]
    : [];
  const counts = Object.entries(session.counts).map(([name, count]) => `${shown(name)} ${count}`);
  return [
    line(strong(`${shown(client)} ${shown(clientVersion)}`), quiet(`  ${shown(session.kind)}`)),
    ...frozen,
    label("session", shown(session.id)),
    label("user", shown(session.user)),
    label("process", `${session.pid} on ${shown(session.host)}`),
    ...(session.address === undefined ? [] : [label("from", addressLabel(session))]),
    label("began", agoLabel(session.startedAt, now)),
    label("asked", counts.join(" · ") || "nothing yet"),
    ruled("working directory", width),
    ...foldUntrusted(escapesMarked(shown(session.cwd)), width),
  ];
}

function addressLabel({ address = "", isClaimed }: SessionRecord): string {
  return `${shown(address)}${isClaimed ? ", where only names tell clients apart; a freeze holds for all of them" : ""}`;
}

/** Everything about one grant. */
export function grantDetailLines(grant: Grant, now: Date, width: number): readonly StyledLine[] {
  const lasts = grant.until ? `${timeLeftLabel(grant.until, now)} more` : "as long as its session";
  const patterns = Object.entries(grant.pattern ?? {});
  return [
    line(strong(toolTitle(grant)), quiet(`  ${grant.id}`)),
    label("covers", SCOPE_VIEWS[grant.scope].screen),
    label("lasts", lasts),
    ...(grant.sessionId === undefined ? [] : [label("session", shown(grant.sessionId))]),
    label("given", `${agoLabel(grant.createdAt, now)} by ${shown(grant.createdBy)}`),
    label("used", plural(grant.uses, "time")),
    ...(patterns.length > 0 ? [ruled("arguments that may differ", width)] : []),
    ...patterns.flatMap(([name, glob]) =>
      foldUntrusted(
        [...escapesMarked(shown(name), "title"), { text: ": " }, ...escapesMarked(shown(glob))],
        width,
      ),
    ),
    line(quiet("R revokes it; the tool is asked about again from then on")),
  ];
}
