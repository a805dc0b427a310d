import { html } from "hono/html";
import type { Approval, GrantScope } from "#model";
import { GRANT_LIFETIMES, LIFETIME_WORDS, SCOPE_VIEWS } from "#views";
import { MAX_REASON } from "../form.ts";
import { type Html, isolated } from "./layout.ts";

/** Hidden fields of every form on a page; `id` is also where it goes. */
export interface Ticket {
  readonly id: string;
  readonly token: string;
  readonly seen: string;
  readonly csrf: string;
}

/** The word a person must add to a yes: a tick for high risk, a typed word when something was not shown. */
export type Sure = "yes" | "unseen" | undefined;

export function sureFor(approval: Approval, isCut: boolean): Sure {
  if (isCut) return "unseen";
  return approval.risk === "high" ? "yes" : undefined;
}

/** A form that is posted to the approval's own address; relative, so that it works under any public path. */
export function ticketForm(ticket: Ticket, doing: string, content: Html): Html {
  return html`<form method="post" action="${ticket.id}" autocomplete="off">
<input type="hidden" name="do" value="${doing}">
<input type="hidden" name="token" value="${ticket.token}">
<input type="hidden" name="seen" value="${ticket.seen}">
<input type="hidden" name="csrf" value="${ticket.csrf}">
${content}
</form>`;
}

export function approveForm(ticket: Ticket, sure: Sure): Html {
  return ticketForm(ticket, "approve", html`${sureField(sure)}<button class="go">Approve once</button>`);
}

/** In the place of a yes, where masks hide what no secret looks like. */
export function revealFirst(ticket: Ticket, odd: readonly string[]): Html {
  return html`<p>Something is masked here that is odd for a secret: ${odd.join("; ")}. See it before you approve.</p>
${revealForm(ticket)}`;
}

/** Shows what is masked, to this person and on this page only; it decides nothing. */
export function revealForm(ticket: Ticket): Html {
  return ticketForm(
    ticket,
    "reveal",
    html`<p class="quiet">It is written down that you looked.</p>
<button class="plain">Reveal what is masked</button>`,
  );
}

export function sureField(sure: Sure): Html | "" {
  if (sure === "yes")
    return html`<label class="tick"><input type="checkbox" name="sure" value="yes" required>
<span>I read the arguments, and this is what should happen.</span></label>`;
  if (sure === "unseen")
    return html`<label for="sure">Not everything is shown. Type <code>unseen</code> to approve it all the same.</label>
<input type="text" id="sure" name="sure" pattern="unseen" required autocapitalize="off" autocorrect="off" spellcheck="false">`;
  return "";
}

export function denyForm(ticket: Ticket, reason = ""): Html {
  return ticketForm(
    ticket,
    "deny",
    html`<label for="reason">Reason, for the agent</label>
<textarea id="reason" name="reason" rows="2" maxlength="${MAX_REASON}" required placeholder="What should it do instead?">
${reason}</textarea>
<button class="stop">Deny</button>`,
  );
}

/** Opens on a mistake, with what was typed. */
export function editForm(ticket: Ticket, text: string, isOpen: boolean): Html {
  return html`<details ${isOpen ? "open" : ""}><summary>Edit the arguments…</summary>
${ticketForm(
  ticket,
  "review",
  html`<label for="args">Arguments, as JSON</label>
<textarea class="code" id="args" name="args" rows="12" required autocapitalize="off" autocorrect="off" spellcheck="false">
${text}</textarea>
<button class="plain">Review the change</button>`,
)}
</details>`;
}

/** A standing yes; `texts` are the names of arguments that a pattern can be given for. */
export function grantForm(ticket: Ticket, texts: readonly string[]): Html {
  const scope = (value: GrantScope) =>
    html`<label class="tick"><input type="radio" name="scope" value="${value}" required ${value === "exact" ? "checked" : ""}>
<span>${SCOPE_VIEWS[value].page}</span></label>`;
  return html`<details><summary>Allow it more than once…</summary>
${ticketForm(
  ticket,
  "grant",
  html`<fieldset><legend>From now on, allow without asking</legend>
${scope("exact")}${texts.length > 0 ? scope("pattern") : ""}${scope("tool")}</fieldset>
<div class="globs">${texts.map(
    (name, index) => html`<label for="glob${index}">Pattern for <code>${isolated(name)}</code></label>
<input type="text" id="glob${index}" name="glob${index}" maxlength="500" placeholder="empty: the same as now"
 autocapitalize="off" autocorrect="off" spellcheck="false">`,
  )}</div>
<label for="lifetime">For how long</label>
<select id="lifetime" name="lifetime">${GRANT_LIFETIMES.map((span) => html`<option value="${span}">${LIFETIME_WORDS[span]}</option>`)}</select>
<button class="plain">Approve and allow</button>`,
)}
</details>`;
}
