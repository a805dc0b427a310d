import { openEventRecorder, servePagesWhereConfigured } from "#app";
import { createWaiter, messageOf, PreloopError } from "#base";
import type { Approval } from "#model";
import { toolTitle, wholeView } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import { statusWithVotes } from "./approval-text.ts";
import { exposureOf, maskingOf } from "./redaction.ts";

const LINK_MS = 15 * 60_000;
const POLL_MS = 5_000;
const LINGER_MS = 1_000;

/** Serves the decision page of one approval until its link is used or has expired, or the approval is decided. */
export async function openInBrowser(
  context: CommandContext,
  typed: string,
  { json }: { readonly json?: boolean },
): Promise<void> {
  await context.refuseInsideAgents("Opening a decision page");
  const [{ decisionLink }, decisions, { log, loaded }] = await Promise.all([
    import("#decision-page"),
    context.decisions(),
    context.runtime(),
  ]);
  const { id, deadline } = await decisions.get(typed);
  const ttlMs = Math.min(LINK_MS, Math.max(1, deadline.getTime() - Date.now()));
  const notes = await openEventRecorder(context);
  const pages = await servePagesWhereConfigured(context.out.note, loaded.config.http, {
    decisions,
    log,
    masking: await maskingOf(context),
    onReveal: ({ id }, person) =>
      notes.write("approval_revealed", { approval: id, by: person, where: "page" }),
    onView: (approval, facts) =>
      void notes
        .write("approval_viewed", { approval: approval.id, ...facts })
        .catch((error) => log.warn("a view was not written down", { error: messageOf(error) })),
  });
  try {
    const token = await decisions.mintLink(id, await context.decider(), ttlMs);
    await notes.write("link_opened", { approval: id });
    const url = decisionLink(pages.url, id, token);
    if (json) context.out.line(jsonText({ id, url }, 0));
    else {
      context.out.line(url);
      context.out.note("Whoever opens it can decide this one approval, once. Ctrl-C takes the page away.");
    }
    const after = await decided(context, id, token, Date.now() + ttlMs);
    if (json) context.out.line(jsonText(wholeView(after, await exposureOf(context)), 0));
    else context.out.line(`${id}  ${statusWithVotes(after)}  ${toolTitle(after)}`);
  } finally {
    await pages.close();
    await notes.close();
  }
}

/** Waits until nothing is left to do with the link; then the last page has a moment to reach the browser. */
async function decided(context: CommandContext, id: string, token: string, until: number): Promise<Approval> {
  const decisions = await context.decisions();
  const waiter = createWaiter();
  const stop = await decisions.watch(waiter.notify);
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
      if (approval.status === "pending" && isUsable) await waiter.wait(Math.min(POLL_MS, left));
      else {
        await createWaiter().wait(LINGER_MS);
        return approval;
      }
    }
  } finally {
    await stop();
  }
}
