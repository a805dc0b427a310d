import { messageOf, PreloopError } from "#base";
import type { Approval } from "#model";
import { statusWord, toolTitle } from "./approval-text.ts";
import { wholeView } from "./approval-view.ts";
import { createBell } from "./bell.ts";
import type { House } from "./house.ts";
import { openEventNotes } from "./note-event.ts";
import { jsonText } from "./print-json.ts";
import { maskingOf, seeingOf } from "./seeing.ts";
import { serveWhereConfigured } from "./serve-pages.ts";

const LINK_MS = 15 * 60_000;
const POLL_MS = 5_000;
const LINGER_MS = 1_000;

/** Serves the decision page of one approval until its link is used or has expired, or the approval is decided. */
export async function openInBrowser(
  house: House,
  typed: string,
  { json }: { readonly json?: boolean },
): Promise<void> {
  await house.refuseInsideAgents("Opening a decision page");
  const [{ decisionLink }, decisions, { log, loaded }] = await Promise.all([
    import("#decision-page"),
    house.deciders(),
    house.foundation(),
  ]);
  const { id, deadline } = await decisions.get(typed);
  const ttlMs = Math.min(LINK_MS, Math.max(1, deadline.getTime() - Date.now()));
  const notes = await openEventNotes(house);
  const pages = await serveWhereConfigured(house.out, loaded.config.http, {
    decisions,
    log,
    masking: await maskingOf(house),
    onReveal: ({ id }, person) =>
      notes.write("approval_revealed", { approval: id, by: person, where: "page" }),
    onView: (approval, facts) =>
      void notes
        .write("approval_viewed", { approval: approval.id, ...facts })
        .catch((error) => log.warn("a view was not written down", { error: messageOf(error) })),
  });
  try {
    const token = await decisions.mintLink(id, await house.decider(), ttlMs);
    await notes.write("link_opened", { approval: id });
    const url = decisionLink(pages.url, id, token);
    if (json) house.out.line(jsonText({ id, url }, 0));
    else {
      house.out.line(url);
      house.out.note("Whoever opens it can decide this one approval, once. Ctrl-C takes the page away.");
    }
    const after = await decided(house, id, token, Date.now() + ttlMs);
    if (json) house.out.line(jsonText(wholeView(after, await seeingOf(house)), 0));
    else house.out.line(`${id}  ${statusWord(after)}  ${toolTitle(after)}`);
  } finally {
    await pages.close();
    await notes.close();
  }
}

/** Waits until nothing is left to do with the link; then the last page has a moment to reach the browser. */
async function decided(house: House, id: string, token: string, until: number): Promise<Approval> {
  const decisions = await house.deciders();
  const bell = createBell();
  const stop = await decisions.watch(bell.ring);
  try {
    for (;;) {
      const isUsable = await decisions.readLink(id, token).then(
        () => true,
        () => false,
      );
      const approval = await decisions.get(id);
      const left = until - Date.now();
      if (approval.status === "pending" && left <= 0)
        throw new PreloopError("link_unknown", `The link to ${id} expired unused; open it again`);
      if (approval.status === "pending" && isUsable) await bell.wait(Math.min(POLL_MS, left));
      else {
        await createBell().wait(LINGER_MS);
        return approval;
      }
    }
  } finally {
    await stop();
  }
}
