import { oddlyHiddenFrom } from "#approvals";
import { isPreloopError, type Masking, PreloopError } from "#base";
import type { Approval } from "#model";
import { act } from "./act.ts";
import type { Desk } from "./desk.ts";
import type { DecisionForm } from "./form.ts";
import { decisionPage, type Question } from "./pages/decision.ts";
import type { Page } from "./pages/layout.ts";
import { closedPage, countedPage } from "./pages/outcome.ts";
import { type ShownArguments, showArguments } from "./shown-arguments.ts";
import { standingOf } from "./standing.ts";

/** A link that was found good: what it opens, and for whom. */
export interface OpenLink {
  readonly approval: Approval;
  readonly decider: string;
  readonly token: string;
}

/** Finds what a link opens, without using it. @throws link_unknown */
export async function openLink(desk: Desk, id: string, token: string): Promise<OpenLink> {
  return { ...(await desk.deciders.readLink(id, token)), token };
}

/** Someone with a link looks: the question, or how it ended. */
export async function look(desk: Desk, link: OpenLink): Promise<Page> {
  const standing = standingOf(link.approval, desk.clock.now());
  return standing.kind === "closed"
    ? closedPage(link.approval, standing)
    : decisionPage(await questionOf(desk, link));
}

/** Someone sends a form: made by us for this approval and this link, about what is still asked. Then it counts. */
export async function answer(desk: Desk, id: string, form: DecisionForm): Promise<Page> {
  const isOurs = desk.seal.holds({ id, token: form.token, seen: form.seen }, form.csrf);
  try {
    const link = await openLink(desk, id, form.token);
    if (!isOurs)
      throw new PreloopError("decision_refused", "This form belongs to another link or an older page.");
    return await decide(desk, link, form);
  } catch (error) {
    // A form of ours holds a token that once was good, so its sender may know what became of the question.
    if (isOurs && isPreloopError(error, "link_unknown")) return spent(desk, id, error);
    throw error;
  }
}

async function decide(desk: Desk, link: OpenLink, form: DecisionForm): Promise<Page> {
  const standing = standingOf(link.approval, desk.clock.now());
  if (standing.kind === "closed") return closedPage(link.approval, standing);
  const question = await questionOf(desk, link);
  if (form.seen !== link.approval.effectiveDigest) return changed(question);
  try {
    return await act(desk, question, form);
  } catch (error) {
    return afterRefusal(desk, link, error);
  }
}

// Somebody else may have been faster: then the page says so, instead of what the store made of the attempt.
async function afterRefusal(desk: Desk, link: OpenLink, error: unknown): Promise<Page> {
  if (!isPreloopError(error) || error.status.http >= 500 || error.code === "link_unknown") throw error;
  const approval = await desk.deciders.get(link.approval.id);
  const standing = standingOf(approval, desk.clock.now());
  if (standing.kind === "closed") return closedPage(approval, standing);
  const question = await questionOf(desk, { ...link, approval });
  if (approval.effectiveDigest !== link.approval.effectiveDigest) return changed(question);
  if (error.code !== "decision_refused") throw error;
  return decisionPage(question, { status: 403, text: error.message });
}

function changed(question: Question): Page {
  const text = "The arguments were changed while you read them. These are the new ones; nothing was decided.";
  return decisionPage(question, { status: 409, text });
}

async function spent(desk: Desk, id: string, unknown: PreloopError): Promise<Page> {
  const approval = await desk.deciders.get(id);
  const standing = standingOf(approval, desk.clock.now());
  if (standing.kind === "closed") return closedPage(approval, standing);
  if (approval.votes.length > 0) return countedPage(approval, 409);
  throw unknown; // out of time, with nothing to tell
}

async function questionOf(desk: Desk, { approval, decider, token }: OpenLink): Promise<Question> {
  const form = { id: approval.id, token, seen: approval.effectiveDigest };
  const { masking } = desk;
  return {
    approval,
    args: showAsked(approval.effectiveArgs, masking),
    hidden: oddlyHiddenFrom(decider, approval, masking.names ?? []),
    decider,
    history: await desk.deciders.history(approval, 5),
    ticket: { ...form, csrf: desk.seal.sign(form) },
    now: desk.clock.now(),
    masking,
  };
}

/** What a page shows before a reveal. What it would leave out after one takes the same typed word. */
function showAsked(source: string, masking: Masking): ShownArguments {
  const args = showArguments(source, masking);
  const cut = args.cut ?? (args.odd.length > 0 ? showArguments(source, "revealed").cut : undefined);
  return { ...args, ...(cut && { cut }) };
}
