import type { DecideInput, GrantRequest } from "#approvals";
import { digestOf, isPreloopError, PreloopError, readJson } from "#base";
import { LIFETIME_WORDS, lifetimeOf, SCOPE_VIEWS } from "#views";
import { readEdited } from "./edited-arguments.ts";
import type { DecisionForm, FormOf } from "./form.ts";
import type { PageServices } from "./page-services.ts";
import {
  type DecisionContext,
  decisionPage,
  type FormError,
  mayGrant,
  namesForPatterns,
} from "./pages/decision.ts";
import { type Sure, sureFor } from "./pages/forms.ts";
import type { Page } from "./pages/layout.ts";
import { decidedPage } from "./pages/outcome.ts";
import { type Edit, reviewPage } from "./pages/review.ts";
import { type ShownArguments, showArguments } from "./shown-arguments.ts";

/** Does what a form asks for, or shows the page again with an error that says what is missing. */
export async function act(
  services: PageServices,
  context: DecisionContext,
  form: DecisionForm,
): Promise<Page> {
  switch (form.do) {
    case "approve":
      return approve(services, context, form);
    case "reveal":
      return reveal(services, context);
    case "deny":
      return deny(services, context, form);
    case "review":
      return review(context, form);
    case "approve-edited":
      return approveEdited(services, context, form);
    case "grant":
      return grant(services, context, form);
  }
}

async function approve(
  services: PageServices,
  context: DecisionContext,
  form: FormOf<"approve">,
): Promise<Page> {
  const missing = missingConfirmation(context, context.args, form.sure);
  return missing ? decisionPage(context, missing) : vote(services, context, { verdict: "approve" });
}

// Nobody sees a secret before it is written down that they did; from then on their yes may be taken.
async function reveal(services: PageServices, context: DecisionContext): Promise<Page> {
  const { approval, decider } = context;
  await services.onReveal(approval, decider);
  await services.decisions.revealed(approval, decider);
  return decisionPage({ ...context, args: showArguments(approval.effectiveArgs, "revealed"), hidden: [] });
}

async function deny(services: PageServices, context: DecisionContext, form: FormOf<"deny">): Promise<Page> {
  const reason = form.reason.replaceAll("\r\n", "\n").trim();
  return reason === ""
    ? decisionPage(context, {
        status: 400,
        text: "A denial needs a reason: it is what the agent learns from.",
      })
    : vote(services, context, { verdict: "deny", reason });
}

async function review(context: DecisionContext, form: FormOf<"review">): Promise<Page> {
  return withEdit(context, form.args, async (edit) =>
    digestOf(readJson(edit.effective)) === context.approval.effectiveDigest
      ? decisionPage(context, { status: 400, text: "Nothing was changed.", args: edit.typed })
      : reviewPage(context, edit),
  );
}

async function approveEdited(
  services: PageServices,
  context: DecisionContext,
  form: FormOf<"approve-edited">,
): Promise<Page> {
  return withEdit(context, form.args, async (edit) => {
    const missing = missingConfirmation(context, showArguments(edit.effective, context.masking), form.sure);
    return missing
      ? reviewPage(context, edit, missing)
      : vote(services, context, { verdict: "approve", args: edit.effective });
  });
}

// Arguments that are no JSON, or that the tool's schema refuses, lead back to the editor with what was typed.
async function withEdit(
  context: DecisionContext,
  typed: string,
  use: (edit: Edit) => Promise<Page>,
): Promise<Page> {
  const { approval, masking } = context;
  try {
    return await use({ typed, effective: readEdited(typed, approval.effectiveArgs, masking) });
  } catch (error) {
    if (!isPreloopError(error, "arguments_invalid")) throw error;
    return decisionPage(context, { status: 422, text: error.message, args: typed });
  }
}

async function grant(services: PageServices, context: DecisionContext, form: FormOf<"grant">): Promise<Page> {
  if (!mayGrant(context))
    throw new PreloopError("decision_refused", "A call like this is approved one at a time.");
  const pattern = form.scope === "pattern" ? patternOf(context, form) : {};
  if (form.scope === "pattern" && Object.keys(pattern).length === 0)
    return decisionPage(context, { status: 400, text: "Write a pattern for at least one argument." });
  const request: GrantRequest = {
    scope: form.scope,
    lifetime: lifetimeOf(form.lifetime),
    ...(form.scope === "pattern" ? { pattern } : {}),
  };
  const allowed = `Allowed ${LIFETIME_WORDS[form.lifetime]}: ${SCOPE_VIEWS[form.scope].page}. Take it back with “preloop grants revoke”.`;
  return vote(services, context, { verdict: "approve", grant: request }, allowed);
}

function patternOf(
  context: DecisionContext,
  form: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return Object.fromEntries(
    namesForPatterns(context).flatMap((name, index) => {
      const glob = form[`glob${index}`];
      return typeof glob === "string" && glob !== "" ? [[name, glob]] : [];
    }),
  );
}

/** The confirmation that a yes still lacks: the tick for high risk, the typed word for arguments that were not all shown. */
function missingConfirmation(
  { approval }: DecisionContext,
  args: ShownArguments,
  given: Sure,
): FormError | undefined {
  const wanted = sureFor(approval, args.cut !== undefined);
  if (wanted === undefined || wanted === given) return undefined;
  const text =
    wanted === "yes"
      ? "This is high risk: tick the box when you have read the arguments."
      : "Not all arguments are shown: type the word “unseen” to approve them all the same.";
  return { status: 400, text };
}

const HIDDEN: FormError = {
  status: 403,
  text: "Nothing was decided: reveal what is masked first, then approve.",
};

type DecisionInput = Omit<DecideInput, "id" | "decider" | "seenDigest">;

async function vote(
  services: PageServices,
  context: DecisionContext,
  input: DecisionInput,
  allowed?: string,
): Promise<Page> {
  const { ticket, decider, hidden } = context;
  if (input.verdict === "approve" && hidden.length > 0) return decisionPage(context, HIDDEN);
  const { id, token, seen } = ticket;
  let note = allowed;
  const onUnchecked = () => {
    note = "Not all of the tool’s schema could be checked against your arguments.";
  };
  const approval = await services.decisions.decideByLink(token, {
    id,
    seenDigest: seen,
    onUnchecked,
    ...input,
  });
  services.log.info("decided on the decision page", { approval: id, verdict: input.verdict, decider });
  return decidedPage(approval, note);
}
