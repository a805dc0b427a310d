import { html } from "hono/html";
import { hopelessWord, type Tally, talliesOf } from "#approvals";
import { type Approval, type ListedApproval, panelsOf, type Vote } from "#model";
import { endingOf } from "../decision-state.ts";
import { type Html, isolated, moment } from "./layout.ts";

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
<dt>User</dt><dd>${isolated(session.user)}</dd>
<dt>Client</dt><dd>${isolated(session.client)} ${isolated(session.clientVersion)}</dd>
<dt>Session</dt><dd><code>${isolated(session.id)}</code></dd>
<dt>Directory</dt><dd>${isolated(session.cwd)}</dd>
<dt>Workflow</dt><dd>${isolated(workflowNames(approval))}</dd>
<dt>Agent</dt><dd>${patience(approval)}</dd>
</dl>
</section>`;
}

function workflowNames({ workflow }: Approval): string {
  return [...new Set(panelsOf(workflow).map(({ name }) => name))].join(", ");
}

/** Who has voted on the arguments as they stand, out of how many; for each workflow that must say yes. */
export function votes(approval: Approval): Html {
  const valid = approval.votes.filter((vote) => vote.voidedAt === undefined);
  const tallies = talliesOf(approval);
  const hopeless = hopelessWord(tallies);
  return html`${tallies.map((tally) => html`<p>${tallies.length > 1 ? html`${isolated(tally.panel.name)}: ` : ""}${tallyLine(tally)}</p>`)}
${tallies.length > 1 ? html`<p class="quiet">Each of these must be met; one person counts in every list that names them.</p>` : ""}
${hopeless === undefined ? "" : html`<p>${isolated(hopeless)}</p>`}
${valid.length > 0 ? html`<ul class="past">${valid.map(voteLine)}</ul>` : ""}`;
}

function tallyLine({ panel: { quorum }, deciders, yes }: Tally): Html {
  return html`${yes.length} of ${quorum} ${quorum === 1 ? "approval" : "approvals"}${
    deciders.length > 0
      ? html`, from among ${deciders.map((name, at) => html`${at > 0 ? ", " : ""}${isolated(name)}`)}`
      : ""
  }.`;
}

function voteLine({ decider, verdict, reason, at }: Vote): Html {
  return html`<li>${isolated(decider)} ${verdict === "approve" ? "approved" : "denied"}
<small>${moment(at)}${reason === undefined ? "" : html` · ${isolated(reason)}`}</small></li>`;
}

function past(approval: Approval, history: readonly ListedApproval[]): Html {
  if (history.length === 0) return html`<p class="quiet">None. This is the first time it asks.</p>`;
  return html`<ul class="past">${history.map(
    (
      earlier,
    ) => html`<li>${isolated(endingOf(earlier))}${earlier.proposedDigest === approval.proposedDigest ? ", for the same arguments" : ""}
<small>${moment(earlier.createdAt)}${earlier.reason === undefined ? "" : html` · ${isolated(earlier.reason)}`}</small></li>`,
  )}</ul>`;
}

function patience({ parkedAt, patienceUntil }: Approval): Html | string {
  if (parkedAt !== undefined) return "was told to come back: the call runs when it asks again";
  return patienceUntil === undefined
    ? "waits"
    : html`waits until ${moment(patienceUntil)}, then is told to come back`;
}
