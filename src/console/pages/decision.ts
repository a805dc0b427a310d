import { html } from "hono/html";
import { type JsonObject, makeVisible, readJson, redactJson } from "#base";
import type { Approval, ListedApproval } from "#model";
import { editableText } from "../edited-arguments.ts";
import { MAX_GLOBS } from "../form.ts";
import type { ShownArguments } from "../shown-arguments.ts";
import { backgroundCard, votes } from "./background.ts";
import { callCard } from "./call.ts";
import { approveForm, denyForm, editForm, grantForm, sureFor, type Ticket } from "./forms.ts";
import { type Html, layout, notice, type Page, shown } from "./layout.ts";

// As a form, text can grow to three times its size, which must stay below what is read.
const MAX_EDITABLE = 200_000;

/** An approval in front of the person who may decide it. */
export interface Question {
  readonly approval: Approval;
  /** Its effective arguments, as they are shown. */
  readonly args: ShownArguments;
  readonly decider: string;
  readonly history: readonly ListedApproval[];
  readonly ticket: Ticket;
  readonly now: Date;
  /** Further argument names whose values are masked. */
  readonly secretNames: readonly string[];
}

/** What went wrong with the form that led back here, and what was typed into it. */
export interface Remark {
  readonly status: 400 | 403 | 409 | 422;
  readonly text: string;
  readonly reason?: string;
  readonly args?: string;
}

/** The page that asks. */
export function decisionPage(question: Question, remark?: Remark): Page {
  const { approval, args, decider, history, ticket, now } = question;
  const main = html`${notice(remark)}
${callCard(approval, args, now)}
<section class="card decide" aria-labelledby="decide">
<h2 id="decide">Your decision</h2>
<p class="quiet">You decide as ${shown(decider)}.</p>
${approval.workflow.quorum > 1 || approval.workflow.approvers.length > 0 ? votes(approval) : ""}
${approveForm(ticket, sureFor(approval, args.cut !== undefined))}
${denyForm(ticket, remark?.reason)}
${editor(question, remark?.args)}
${mayGrant(question) ? grantForm(ticket, namesForPatterns(question)) : ""}
</section>
${backgroundCard(approval, history)}`;
  return { status: remark?.status ?? 200, body: layout(titleOf(approval), main) };
}

function editor({ approval, ticket, secretNames }: Question, typed: string | undefined): Html {
  if (typed !== undefined) return editForm(ticket, typed, true);
  if (approval.effectiveArgs.length <= MAX_EDITABLE)
    return editForm(ticket, editableText(approval.effectiveArgs, secretNames), false);
  return html`<p class="quiet">These arguments are too long to edit here. In a terminal:
<code>preloop approvals approve ${approval.id} --args FILE</code></p>`;
}

/** A standing yes is offered where one person decides, on what is not high risk, was shown in full and is no stranger's. */
export function mayGrant({ approval, args }: Question): boolean {
  const { risk, workflow, session } = approval;
  return risk !== "high" && workflow.quorum <= 1 && !session.isClaimed && args.cut === undefined;
}

/** Arguments that a pattern can stand for: texts that are shown as they are. */
export function namesForPatterns({ approval, secretNames }: Question): readonly string[] {
  const args = readJson(approval.effectiveArgs) as JsonObject;
  const shownAs = redactJson(args, secretNames) as JsonObject;
  return Object.keys(args)
    .filter((name) => typeof args[name] === "string" && args[name] === shownAs[name])
    .slice(0, MAX_GLOBS);
}

export function titleOf({ server, tool, risk }: Approval): string {
  return `${makeVisible(server).text} › ${makeVisible(tool).text}, ${risk} risk`;
}
