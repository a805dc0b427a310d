import { html } from "hono/html";
import { isForOnePerson } from "#approvals";
import { type JsonObject, type Masking, readJson, redactJson } from "#base";
import type { Approval, ListedApproval } from "#model";
import { toolTitle } from "#views";
import { editableText } from "../edited-arguments.ts";
import { MAX_GLOBS } from "../form.ts";
import type { ShownArguments } from "../shown-arguments.ts";
import { backgroundCard, votes } from "./background.ts";
import { callCard } from "./call.ts";
import {
  approveForm,
  denyForm,
  editForm,
  grantForm,
  revealFirst,
  revealForm,
  sureFor,
  type Ticket,
} from "./forms.ts";
import { type Html, isolated, layout, notice, type Page } from "./layout.ts";

// As a form, text can grow to three times its size, which must stay below what is read.
const MAX_EDITABLE = 200_000;

/** Context of a decision page: the approval, and the person who may decide it. */
export interface DecisionContext {
  readonly approval: Approval;
  /** Its effective arguments, as they are shown. */
  readonly args: ShownArguments;
  readonly decider: string;
  readonly history: readonly ListedApproval[];
  readonly ticket: Ticket;
  readonly now: Date;
  readonly masking: Masking;
  /** What is odd about masked values that this person has not seen; a yes must wait until they have. */
  readonly hidden: readonly string[];
}

/** Error of the form that led back here, with the page's status and what was typed. */
export interface FormError {
  readonly status: 400 | 403 | 409 | 422;
  readonly text: string;
  readonly reason?: string;
  readonly args?: string;
}

/** The page that asks. */
export function decisionPage(context: DecisionContext, error?: FormError): Page {
  const { approval, args, decider, hidden, history, ticket, now } = context;
  const main = html`${notice(error)}
${callCard(approval, args, now)}
<section class="card decide" aria-labelledby="decide">
<h2 id="decide">Your decision</h2>
<p class="quiet">You decide as ${isolated(decider)}.</p>
${!isForOnePerson(approval.workflow) || approval.workflow.approvers.length > 0 ? votes(approval) : ""}
${hidden.length > 0 ? revealFirst(ticket, hidden) : approveForm(ticket, sureFor(approval, args.cut !== undefined))}
${denyForm(ticket, error?.reason)}
${hidden.length > 0 ? "" : waysToApprove(context, error)}
</section>
${backgroundCard(approval, history)}`;
  return { status: error?.status ?? 200, body: layout(pageTitleOf(approval), main) };
}

function waysToApprove(context: DecisionContext, error: FormError | undefined): Html {
  const { args, ticket } = context;
  return html`${editor(context, error?.args)}
${mayGrant(context) ? grantForm(ticket, namesForPatterns(context)) : ""}
${args.masked > 0 ? revealForm(ticket) : ""}`;
}

function editor({ approval, ticket, masking }: DecisionContext, typed: string | undefined): Html {
  if (typed !== undefined) return editForm(ticket, typed, true);
  if (approval.effectiveArgs.length <= MAX_EDITABLE)
    return editForm(ticket, editableText(approval.effectiveArgs, masking), false);
  return html`<p class="quiet">These arguments are too long to edit here. In a terminal:
<code>preloop approvals approve ${approval.id} --args FILE</code></p>`;
}

/** A standing yes is offered where one person decides, on what is not high risk, was shown in full and is no stranger's. */
export function mayGrant({ approval, args }: DecisionContext): boolean {
  const { risk, workflow, session } = approval;
  return risk !== "high" && isForOnePerson(workflow) && !session.isClaimed && args.cut === undefined;
}

/** Arguments that a pattern can stand for: texts that are shown as they are. */
export function namesForPatterns({ approval, masking }: DecisionContext): readonly string[] {
  const args = readJson(approval.effectiveArgs) as JsonObject;
  const shownAs = redactJson(args, masking) as JsonObject;
  return Object.keys(args)
    .filter((name) => typeof args[name] === "string" && args[name] === shownAs[name])
    .slice(0, MAX_GLOBS);
}

export function pageTitleOf({ server, tool, risk }: Approval): string {
  return `${toolTitle({ server, tool })}, ${risk} risk`;
}
