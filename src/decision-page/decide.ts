import { oddlyHiddenFrom } from "#approvals";
import { isPreloopError, type Masking, PreloopError } from "#base";
import type { Approval } from "#model";
import { act } from "./act.ts";
import { decisionStateOf } from "./decision-state.ts";
import type { DecisionForm } from "./form.ts";
import type { PageServices } from "./page-services.ts";
import { type DecisionContext, decisionPage } from "./pages/decision.ts";
import type { Page } from "./pages/layout.ts";
import { closedPage, countedPage } from "./pages/outcome.ts";
import { type ShownArguments, showArguments } from "./shown-arguments.ts";

/** A link that was found good: what it opens, and for whom. */
export interface ResolvedLink {
  readonly approval: Approval;
  readonly decider: string;
  readonly token: string;
}

/** Finds what a link opens, without using it. @throws link_unknown */
export async function resolveLink(services: PageServices, id: string, token: string): Promise<ResolvedLink> {
  return { ...(await services.decisions.readLink(id, token)), token };
}

/** Someone with a link looks: the question, or how it ended. */
export async function viewApproval(services: PageServices, link: ResolvedLink): Promise<Page> {
  const state = decisionStateOf(link.approval, services.clock.now());
  return state.kind === "closed"
    ? closedPage(link.approval, state)
    : decisionPage(await contextOf(services, link));
}

/** Someone sends a form: made by us for this approval and this link, about what is still asked. Then it counts. */
export async function answer(services: PageServices, id: string, form: DecisionForm): Promise<Page> {
  const isOurs = services.csrf.verify({ id, token: form.token, seen: form.seen }, form.csrf);
  try {
    const link = await resolveLink(services, id, form.token);
    if (!isOurs)
      throw new PreloopError("decision_refused", "This form belongs to another link or an older page.");
    return await decide(services, link, form);
  } catch (error) {
    // A form of ours holds a token that once was good, so its sender may know what became of the question.
    if (isOurs && isPreloopError(error, "link_unknown")) return alreadyUsed(services, id, error);
    throw error;
  }
}

async function decide(services: PageServices, link: ResolvedLink, form: DecisionForm): Promise<Page> {
  const state = decisionStateOf(link.approval, services.clock.now());
  if (state.kind === "closed") return closedPage(link.approval, state);
  const context = await contextOf(services, link);
  if (form.seen !== link.approval.effectiveDigest) return changed(context);
  try {
    return await act(services, context, form);
  } catch (error) {
    return afterRefusal(services, link, error);
  }
}

// Somebody else may have been faster: then the page says so, instead of what the store made of the attempt.
async function afterRefusal(services: PageServices, link: ResolvedLink, error: unknown): Promise<Page> {
  if (!isPreloopError(error) || error.status.http >= 500 || error.code === "link_unknown") throw error;
  const approval = await services.decisions.get(link.approval.id);
  const state = decisionStateOf(approval, services.clock.now());
  if (state.kind === "closed") return closedPage(approval, state);
  const context = await contextOf(services, { ...link, approval });
  if (approval.effectiveDigest !== link.approval.effectiveDigest) return changed(context);
  if (error.code !== "decision_refused") throw error;
  return decisionPage(context, { status: 403, text: error.message });
}

function changed(context: DecisionContext): Page {
  const text = "The arguments were changed while you read them. These are the new ones; nothing was decided.";
  return decisionPage(context, { status: 409, text });
}

async function alreadyUsed(services: PageServices, id: string, unknown: PreloopError): Promise<Page> {
  const approval = await services.decisions.get(id);
  const state = decisionStateOf(approval, services.clock.now());
  if (state.kind === "closed") return closedPage(approval, state);
  if (approval.votes.length > 0) return countedPage(approval, 409);
  throw unknown; // out of time, with nothing to tell
}

async function contextOf(
  services: PageServices,
  { approval, decider, token }: ResolvedLink,
): Promise<DecisionContext> {
  const form = { id: approval.id, token, seen: approval.effectiveDigest };
  const { masking } = services;
  return {
    approval,
    args: showAsked(approval.effectiveArgs, masking),
    hidden: oddlyHiddenFrom(decider, approval, masking.names ?? []),
    decider,
    history: await services.decisions.history(approval, 5),
    ticket: { ...form, csrf: services.csrf.sign(form) },
    now: services.clock.now(),
    masking,
  };
}

/** What a page shows before a reveal. What it would leave out after one takes the same typed word. */
function showAsked(source: string, masking: Masking): ShownArguments {
  const args = showArguments(source, masking);
  const cut = args.cut ?? (args.odd.length > 0 ? showArguments(source, "revealed").cut : undefined);
  return { ...args, ...(cut && { cut }) };
}
