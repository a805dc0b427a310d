import { html } from "hono/html";
import type { Approval } from "#model";
import type { DecisionState } from "../decision-state.ts";
import { votes } from "./background.ts";
import { toolName } from "./call.ts";
import { type Html, isolated, layout, moment, type Page } from "./layout.ts";

type Closed = Extract<DecisionState, { kind: "closed" }>;

/** What a decision led to, for the person who just made it. `note` says what was allowed beyond this call, or not checked. */
export function decidedPage(approval: Approval, note?: string): Page {
  if (approval.status === "pending") return countedPage(approval);
  const isYes = approval.status !== "denied";
  const words = isYes
    ? approval.parkedAt === undefined
      ? "The call runs now, with the arguments you saw."
      : "The agent was told to come back; the call runs, with the arguments you saw, when it asks again."
    : "The call does not run. Your reason goes to the agent.";
  return page(isYes ? "Approved" : "Denied", approval, {
    status: 200,
    symbol: isYes ? "yes" : "no",
    content: html`<p>${words}</p>${note === undefined ? "" : html`<p>${note}</p>`}${reason(approval)}`,
  });
}

/** One vote of several that are needed; also for a form that was sent once more while the others are awaited. */
export function countedPage(approval: Approval, status: 200 | 409 = 200): Page {
  return page(status === 200 ? "Your approval counts" : "This link has been used", approval, {
    status,
    symbol: "yes",
    content: html`<p>The call waits for others to agree.</p>${votes(approval)}`,
  });
}

/** For someone who came too late: who decided what, and when. */
export function closedPage(approval: Approval, state: Closed): Page {
  const { decidedBy, decidedAt } = approval;
  const at = decidedAt === undefined ? "" : html` on ${moment(decidedAt)}`;
  const who = decidedBy === undefined ? "" : html`${isolated(decidedBy)} decided this${at}. `;
  return page(state.title, approval, {
    status: state.http,
    symbol: state.title === "Already approved" ? "yes" : "no",
    content: html`<p>${who}${state.words}</p>${reason(approval)}`,
  });
}

function reason({ reason, status }: Approval): Html | "" {
  if (reason === undefined) return "";
  return html`<p class="quiet">${status === "denied" ? "Reason given" : "Reason"}: ${isolated(reason)}</p>`;
}

interface Ending {
  readonly status: Page["status"];
  readonly symbol: "yes" | "no";
  readonly content: Html;
}

function page(title: string, approval: Approval, { status, symbol, content }: Ending): Page {
  const main = html`<section class="card end">
<div class="outcome ${symbol}" aria-hidden="true">${symbol === "yes" ? "✓" : "✕"}</div>
<h1>${title}</h1>
<p>${toolName(approval)} <span class="quiet">· ${approval.id}</span></p>
${content}
<p class="quiet">You can close this page.</p>
</section>`;
  return { status, body: layout(title, main) };
}
