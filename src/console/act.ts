import type { DecideInput, GrantRequest } from "#approvals";
import { digestOf, isPreloopError, PreloopError, parseDuration, readJson } from "#base";
import type { Desk } from "./desk.ts";
import { readEdited } from "./edited-arguments.ts";
import type { DecisionForm, FormOf } from "./form.ts";
import { decisionPage, mayGrant, namesForPatterns, type Question, type Remark } from "./pages/decision.ts";
import { SCOPES, SPANS, type Sure, sureFor } from "./pages/forms.ts";
import type { Page } from "./pages/layout.ts";
import { decidedPage } from "./pages/outcome.ts";
import { type Edit, reviewPage } from "./pages/review.ts";
import { type ShownArguments, showArguments } from "./shown-arguments.ts";

/** Does what a form asks for, or shows the question again with a remark on what is missing. */
export async function act(desk: Desk, question: Question, form: DecisionForm): Promise<Page> {
  switch (form.do) {
    case "approve":
      return approve(desk, question, form);
    case "reveal":
      return reveal(desk, question);
    case "deny":
      return deny(desk, question, form);
    case "review":
      return review(question, form);
    case "approve-edited":
      return approveEdited(desk, question, form);
    case "grant":
      return grant(desk, question, form);
  }
}

async function approve(desk: Desk, question: Question, form: FormOf<"approve">): Promise<Page> {
  const unsure = doubts(question, question.args, form.sure);
  return unsure ? decisionPage(question, unsure) : vote(desk, question, { verdict: "approve" });
}

// Nobody sees a secret before it is written down that they did; from then on their yes may be taken.
async function reveal(desk: Desk, question: Question): Promise<Page> {
  const { approval, decider } = question;
  await desk.onReveal(approval, decider);
  await desk.deciders.revealed(approval, decider);
  return decisionPage({ ...question, args: showArguments(approval.effectiveArgs, "revealed"), hidden: [] });
}

async function deny(desk: Desk, question: Question, form: FormOf<"deny">): Promise<Page> {
  const reason = form.reason.replaceAll("\r\n", "\n").trim();
  return reason === ""
    ? decisionPage(question, {
        status: 400,
        text: "A denial needs a reason: it is what the agent learns from.",
      })
    : vote(desk, question, { verdict: "deny", reason });
}

async function review(question: Question, form: FormOf<"review">): Promise<Page> {
  return withEdit(question, form.args, async (edit) =>
    digestOf(readJson(edit.effective)) === question.approval.effectiveDigest
      ? decisionPage(question, { status: 400, text: "Nothing was changed.", args: edit.typed })
      : reviewPage(question, edit),
  );
}

async function approveEdited(desk: Desk, question: Question, form: FormOf<"approve-edited">): Promise<Page> {
  return withEdit(question, form.args, async (edit) => {
    const unsure = doubts(question, showArguments(edit.effective, question.masking), form.sure);
    return unsure
      ? reviewPage(question, edit, unsure)
      : vote(desk, question, { verdict: "approve", args: edit.effective });
  });
}

// Arguments that are no JSON, or that the tool's schema refuses, lead back to the editor with what was typed.
async function withEdit(
  question: Question,
  typed: string,
  use: (edit: Edit) => Promise<Page>,
): Promise<Page> {
  const { approval, masking } = question;
  try {
    return await use({ typed, effective: readEdited(typed, approval.effectiveArgs, masking) });
  } catch (error) {
    if (!isPreloopError(error, "arguments_invalid")) throw error;
    return decisionPage(question, { status: 422, text: error.message, args: typed });
  }
}

async function grant(desk: Desk, question: Question, form: FormOf<"grant">): Promise<Page> {
  if (!mayGrant(question))
    throw new PreloopError("decision_refused", "A call like this is approved one at a time.");
  const pattern = form.scope === "pattern" ? patternOf(question, form) : {};
  if (form.scope === "pattern" && Object.keys(pattern).length === 0)
    return decisionPage(question, { status: 400, text: "Write a pattern for at least one argument." });
  const request: GrantRequest = {
    scope: form.scope,
    lifetime:
      form.lifetime === "session" ? { kind: "session" } : { kind: "for", ms: parseDuration(form.lifetime) },
    ...(form.scope === "pattern" ? { pattern } : {}),
  };
  const allowed = `Allowed ${SPANS[form.lifetime]}: ${SCOPES[form.scope]}. Take it back with “preloop grants revoke”.`;
  return vote(desk, question, { verdict: "approve", grant: request }, allowed);
}

function patternOf(question: Question, form: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    namesForPatterns(question).flatMap((name, index) => {
      const glob = form[`glob${index}`];
      return typeof glob === "string" && glob !== "" ? [[name, glob]] : [];
    }),
  );
}

/** What a yes still lacks: the tick for high risk, the typed word for arguments that were not all shown. */
function doubts({ approval }: Question, args: ShownArguments, given: Sure): Remark | undefined {
  const wanted = sureFor(approval, args.cut !== undefined);
  if (wanted === undefined || wanted === given) return undefined;
  const text =
    wanted === "yes"
      ? "This is high risk: tick the box when you have read the arguments."
      : "Not all arguments are shown: type the word “unseen” to approve them all the same.";
  return { status: 400, text };
}

const HIDDEN: Remark = {
  status: 403,
  text: "Nothing was decided: reveal what is masked first, then approve.",
};

type Word = Omit<DecideInput, "id" | "decider" | "seenDigest">;

async function vote(desk: Desk, question: Question, word: Word, allowed?: string): Promise<Page> {
  const { ticket, decider, hidden } = question;
  if (word.verdict === "approve" && hidden.length > 0) return decisionPage(question, HIDDEN);
  const { id, token, seen } = ticket;
  let note = allowed;
  const onUnchecked = () => {
    note = "Not all of the tool’s schema could be checked against your arguments.";
  };
  const approval = await desk.deciders.decideByLink(token, { id, seenDigest: seen, onUnchecked, ...word });
  desk.log.info("decided on the decision page", { approval: id, verdict: word.verdict, decider });
  return decidedPage(approval, note);
}
