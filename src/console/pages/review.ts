import { diffLines } from "diff";
import { html } from "hono/html";
import { visibleLines } from "#base";
import { editableText } from "../edited-arguments.ts";
import { showArguments } from "../shown-arguments.ts";
import { argumentList, toolName } from "./call.ts";
import { type Question, type Remark, titleOf } from "./decision.ts";
import { editForm, sureField, sureFor, ticketForm } from "./forms.ts";
import { type Html, layout, notice, type Page } from "./layout.ts";

/** An edit as its author must confirm it. */
export interface Edit {
  /** As typed, masks included: this goes back into the page. */
  readonly typed: string;
  /** JSON source text of what would run; its secrets stay on this side. */
  readonly effective: string;
}

/** The page between an edit and the yes to it: what changes, and all that would run. */
export function reviewPage(question: Question, edit: Edit, remark?: Remark): Page {
  const { approval, ticket, secretNames } = question;
  const args = showArguments(edit.effective, secretNames);
  const main = html`${notice(remark)}
<section class="card call" aria-labelledby="tool">
<h1 id="tool">${toolName(approval)}</h1>
<h2>Your change</h2>
${difference(editableText(approval.effectiveArgs, secretNames), editableText(edit.effective, secretNames))}
<h2>What would run</h2>
${argumentList(args)}
</section>
<section class="card decide" aria-labelledby="decide">
<h2 id="decide">Run it like this?</h2>
${
  approval.workflow.quorum > 1
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
  return { status: remark?.status ?? 200, body: layout(titleOf(approval), main) };
}

const SIGNS = { in: "+", out: "−", same: " " } as const;

function difference(before: string, after: string): Html {
  const parts = diffLines(`${before}\n`, `${after}\n`, { timeout: 300 });
  if (parts === undefined) return html`<p class="quiet">Too much has changed to show it side by side.</p>`;
  const rows = parts.flatMap(({ added, removed, value }) => {
    const kind = added ? "in" : removed ? "out" : "same";
    const lines = visibleLines(value.replace(/\n$/, ""), { maxLines: 400, maxLineLength: 2_000 }).lines;
    return lines.map((line) => html`<div class="${kind}">${SIGNS[kind]} ${line}</div>`);
  });
  return html`<pre class="untrusted diff">${rows}</pre>`;
}
