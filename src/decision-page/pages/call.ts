import { html } from "hono/html";
import { formatDuration, visibleLines } from "#base";
import type { Approval } from "#model";
import { RISK_VIEWS } from "#views";
import { type ShownArgument, type ShownArguments, showArguments } from "../shown-arguments.ts";
import { type Html, isolated, momentFrom } from "./layout.ts";

/** What is asked: the tool, its risk, the time left, every argument, why, and what the agent says for itself. */
export function callCard(approval: Approval, args: ShownArguments, now: Date): Html {
  return html`<section class="card call" aria-labelledby="tool">
<div class="status">
<span class="risk ${approval.risk}"><span aria-hidden="true">${RISK_VIEWS[approval.risk].page}</span>${approval.risk} risk</span>
<span>until <span class="left">${momentFrom(now, approval.deadline)}</span>
<span class="quiet">${formatDuration(approval.deadline.getTime() - now.getTime())} left</span></span>
</div>
<h1 id="tool">${toolName(approval)}</h1>
<p class="quiet">${isolated(approval.session.client)} ${isolated(approval.session.clientVersion)} asks to run this, working in
${isolated(approval.session.cwd)}</p>
${argumentList(args)}
${sentAlong(approval)}
${claim(approval)}
${reasonForAsking(approval)}
</section>`;
}

/** `server › tool`, the name that a person knows a call by. */
export function toolName({ server, tool }: Pick<Approval, "server" | "tool">): Html {
  return html`<span class="tool">${isolated(server)} <span aria-label="tool">›</span> ${isolated(tool)}</span>`;
}

/** All arguments, each with its kind, and notes on what is odd, masked or left out. */
export function argumentList({ items, masked, odd, cut }: ShownArguments): Html {
  const notes = [
    ...(odd.length > 0 ? [oddNote(`masked, and odd for a secret: ${odd.join("; ")}`)] : []),
    ...(cut
      ? [oddNote(`${cut.bytes.toLocaleString("en-US")} bytes in all, and not all of them are shown`)]
      : []),
    ...(masked > 0
      ? [
          html`<li><span aria-hidden="true">◦</span>${masked} hidden: secrets stay out of this page; the tool gets them
as they are</li>`,
        ]
      : []),
  ];
  return html`<dl class="arguments">${items.map(argument)}</dl>
${items.length === 0 ? html`<p class="quiet">This call has no arguments.</p>` : ""}
${notes.length > 0 ? noteList(notes) : ""}`;
}

// Most arguments are texts; only the others say what they are, so that 3 and "3" differ. Short ones share a line with
// their name, so that a telephone shows more of the call at once.
function argument({ name, kind, lines, warnings }: ShownArgument): Html {
  const isShort = lines.length === 1 && lines[0]!.length <= 24 && name.length + kind.length <= 18;
  return html`<div class="${isShort ? "argument short" : "argument"}">
<dt>${name}${kind === "text" ? "" : html` <span class="kind">${kind}</span>`}</dt>
<dd>${untrusted(lines, name)}</dd>
${warnings.length > 0 ? html`<dd>${noteList(warnings.map(oddNote))}</dd>` : ""}
</div>`;
}

function noteList(notes: readonly Html[]): Html {
  return html`<ul class="notes">${notes}</ul>`;
}

function oddNote(text: string): Html {
  return html`<li class="odd"><span aria-hidden="true">⚠</span>${text}</li>`;
}

// A long text scrolls in its own box, which the keyboard must be able to reach.
function untrusted(lines: readonly string[], label: string): Html {
  const text = lines.join("\n");
  return lines.length > 40
    ? html`<pre class="untrusted long" tabindex="0" role="region" aria-label="${label}">${text}</pre>`
    : html`<pre class="untrusted">${text}</pre>`;
}

// The config named what may go along, so nothing of it needs a mask; a person must see all of it.
function sentAlong({ meta }: Approval): Html | "" {
  if (meta === undefined) return "";
  return html`<h2>Sent along as _meta</h2>
${argumentList(showArguments(meta, "revealed"))}`;
}

function claim({ justification }: Approval): Html | "" {
  if (justification === undefined) return "";
  return html`<div class="claim">
<h2>Claimed by the agent, not checked</h2>
<p class="untrusted">${visibleLines(justification, { maxLines: 40, maxLineLength: 2_000 }).lines.join("\n")}</p>
</div>`;
}

function reasonForAsking({ rule, why }: Approval): Html {
  const words = why === undefined ? "" : html`: ${isolated(why)}`;
  return html`<p class="why quiet">You are asked because of the rule <code>${isolated(rule)}</code>${words}</p>`;
}
