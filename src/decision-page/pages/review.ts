import { diffLines } from "diff";
import { html } from "hono/html";
import { isForOnePerson } from "#approvals";
import { type ShownArguments, showArguments } from "../shown-arguments.ts";
import { argumentList, toolName } from "./call.ts";
import { type DecisionContext, type FormError, pageTitleOf } from "./decision.ts";
import { editForm, sureField, sureFor, ticketForm } from "./forms.ts";
import { type Html, layout, notice, type Page } from "./layout.ts";

/** Edit as its author must confirm it. */
export interface Edit {
  /** As typed, masks included: this goes back into the page. */
  readonly typed: string;
  /** JSON source text of what would run; its secrets stay on this side. */
  readonly effective: string;
}

/** The page between an edit and the yes to it: what changes, and all that would run. */
export function reviewPage(context: DecisionContext, edit: Edit, error?: FormError): Page {
  const { approval, ticket, masking } = context;
  const args = showArguments(edit.effective, masking);
  const main = html`${notice(error)}
<section class="card call" aria-labelledby="tool">
<h1 id="tool">${toolName(approval)}</h1>
<h2>Your change</h2>
${difference(context.args, args)}
<h2>What would run</h2>
${argumentList(args)}
</section>
<section class="card decide" aria-labelledby="decide">
<h2 id="decide">Run it like this?</h2>
${
  !isForOnePerson(approval.workflow)
    ? html`<p class="quiet">Votes given for the arguments as they were count no longer.</p>`
    : ""
}
${ticketForm(
  ticket,
  "approve-edited",
  html`<textarea name="args" hidden>
${edit.typed}</textarea>
${sureField(sureFor(approval, args.cut !== undefined))}<button class="go">Approve with the change</button>`,
)}
${editForm(ticket, edit.typed, false)}
</section>`;
  return { status: error?.status ?? 200, body: layout(pageTitleOf(approval), main) };
}

const SIGNS = { in: "+", out: "−", same: " " } as const;

function difference(before: ShownArguments, after: ShownArguments): Html {
  const parts = diffLines(readable(before), readable(after), { timeout: 300 });
  if (parts === undefined) return html`<p class="quiet">Too much has changed to show it side by side.</p>`;
  const rows = parts.flatMap(({ added, removed, value }) => {
    const kind = added ? "in" : removed ? "out" : "same";
    const lines = value.replace(/\n$/, "").split("\n");
    return lines.map((line) => html`<div class="${kind}">${SIGNS[kind]} ${line}</div>`);
  });
  return html`<pre class="untrusted diff">${rows}</pre>`;
}

// Texts line by line, not as one JSON string each: a change inside a file shows where it is.
function readable({ items }: ShownArguments): string {
  return items
    .map(({ name, kind, lines }) => `${name} (${kind})\n${lines.map((line) => `  ${line}\n`).join("")}`)
    .join("");
}
