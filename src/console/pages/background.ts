import { html } from "hono/html";
import type { Approval, ListedApproval, Vote } from "#model";
import { endingOf } from "../standing.ts";
import { type Html, moment, shown } from "./layout.ts";

/** What stands behind a question: who asks, who must agree, and how such questions were answered before. */
export function backgroundCard(approval: Approval, history: readonly ListedApproval[]): Html {
  const { session } = approval;
  return html`<section class="card background" aria-label="Background">
<h2>Earlier decisions on this tool</h2>
${past(approval, history)}
<h2>This request</h2>
<dl class="facts">
<dt>ID</dt><dd><code>${approval.id}</code></dd>
<dt>Asked</dt><dd>${moment(approval.createdAt)}</dd>
<dt>User</dt><dd>${shown(session.user)}</dd>
<dt>Client</dt><dd>${shown(session.client)} ${shown(session.clientVersion)}</dd>
<dt>Session</dt><dd><code>${shown(session.id)}</code></dd>
<dt>Directory</dt><dd>${shown(session.cwd)}</dd>
<dt>Workflow</dt><dd>${shown(approval.workflow.name)}</dd>
<dt>Agent</dt><dd>${patience(approval)}</dd>
</dl>
</section>`;
}

/** Who has voted on the arguments as they stand, out of how many. */
export function votes({ votes, workflow }: Approval): Html {
  const { quorum, approvers } = workflow;
  const valid = votes.filter((vote) => vote.voidedAt === undefined);
  const yes = valid.filter((vote) => vote.verdict === "approve").length;
  return html`<p>${yes} of ${quorum} ${quorum === 1 ? "approval" : "approvals"}${
    approvers.length > 0
      ? html`, from among ${approvers.map((name, at) => html`${at > 0 ? ", " : ""}${shown(name)}`)}`
      : ""
  }.</p>
${valid.length > 0 ? html`<ul class="past">${valid.map(voteLine)}</ul>` : ""}`;
}

function voteLine({ decider, verdict, reason, at }: Vote): Html {
  return html`<li>${shown(decider)} ${verdict === "approve" ? "approved" : "denied"}
<small>${moment(at)}${reason === undefined ? "" : html` · ${shown(reason)}`}</small></li>`;
}

function past(approval: Approval, history: readonly ListedApproval[]): Html {
  if (history.length === 0) return html`<p class="quiet">None. This is the first time it asks.</p>`;
  return html`<ul class="past">${history.map(
    (
      earlier,
    ) => html`<li>${shown(endingOf(earlier))}${earlier.proposedDigest === approval.proposedDigest ? ", for the same arguments" : ""}
<small>${moment(earlier.createdAt)}${earlier.reason === undefined ? "" : html` · ${shown(earlier.reason)}`}</small></li>`,
  )}</ul>`;
}

function patience({ parkedAt, patienceUntil }: Approval): Html | string {
  if (parkedAt !== undefined) return "was told to come back: the call runs when it asks again";
  return patienceUntil === undefined
    ? "waits"
    : html`waits until ${moment(patienceUntil)}, then is told to come back`;
}
