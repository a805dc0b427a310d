import { html } from "hono/html";
import { formatDuration, visibleLines } from "#base";
import type { Approval, Risk } from "#model";
import type { ShownArgument, ShownArguments } from "../shown-arguments.ts";
import { type Html, momentFrom, shown } from "./layout.ts";

const RISK_SYMBOLS: Readonly<Record<Risk, string>> = { low: "○", medium: "◆", high: "▲" };

/** What is asked: the tool, its risk, the time left, every argument, why, and what the agent says for itself. */
export function callCard(approval: Approval, args: ShownArguments, now: Date): Html {
  return html`<section class="card call" aria-labelledby="tool">
<div class="status">
<span class="risk ${approval.risk}"><span aria-hidden="true">${RISK_SYMBOLS[approval.risk]}</span>${approval.risk} risk</span>
<span>until <span class="left">${momentFrom(now, approval.deadline)}</span>
<span class="quiet">${formatDuration(approval.deadline.getTime() - now.getTime())} left when opened</span></span>
</div>
<h1 id="tool">${toolName(approval)}</h1>
<p class="quiet">${shown(approval.session.client)} ${shown(approval.session.clientVersion)} asks to run this, working in
${shown(approval.session.cwd)}</p>
${argumentList(args)}
${claim(approval)}
${reasonForAsking(approval)}
</section>`;
}

/** `server › tool`, the name that a person knows a call by. */
export function toolName({ server, tool }: Pick<Approval, "server" | "tool">): Html {
  return html`<span class="tool">${shown(server)} <span aria-label="tool">›</span> ${shown(tool)}</span>`;
}

/** All arguments, each with its kind, and notes on what is odd, masked or left out. */
export function argumentList({ items, masked, cut }: ShownArguments): Html {
  const notes = [
    ...(cut
      ? [
          html`<li class="odd"><span aria-hidden="true">⚠</span>${cut.bytes.toLocaleString("en-US")} bytes in all, and not
all of them are shown</li>`,
        ]
      : []),
    ...(masked > 0
      ? [
          html`<li><span aria-hidden="true">◦</span>${masked} hidden: secrets stay out of this page; the tool gets them as
they are</li>`,
        ]
      : []),
  ];
  return html`<dl class="arguments">${items.map(argument)}</dl>
${items.length === 0 ? html`<p class="quiet">This call has no arguments.</p>` : ""}
${notes.length > 0 ? html`<ul class="notes">${notes}</ul>` : ""}`;
}

// Most arguments are texts; only the others say what they are, so that 3 and "3" differ.
function argument({ name, kind, lines, warnings }: ShownArgument): Html {
  return html`<dt><span>${name}</span>${kind === "text" ? "" : html` <span class="kind">${kind}</span>`}</dt>
<dd>${untrusted(lines, name)}${
    warnings.length > 0
      ? html`<ul class="notes">${warnings.map(
          (warning) => html`<li class="odd"><span aria-hidden="true">⚠</span>${warning}</li>`,
        )}</ul>`
      : ""
  }</dd>`;
}

// A long text scrolls in its own box, which the keyboard must be able to reach.
function untrusted(lines: readonly string[], label: string): Html {
  const text = lines.join("\n");
  return lines.length > 40
    ? html`<pre class="untrusted long" tabindex="0" role="region" aria-label="${label}">${text}</pre>`
    : html`<pre class="untrusted">${text}</pre>`;
}

function claim({ justification }: Approval): Html | "" {
  if (justification === undefined) return "";
  return html`<div class="claim">
<h2>The agent claims (nobody checked this)</h2>
<p class="untrusted">${visibleLines(justification, { maxLines: 40, maxLineLength: 2_000 }).lines.join("\n")}</p>
</div>`;
}

function reasonForAsking({ rule, why }: Approval): Html {
  const words = why === undefined ? "" : html`: ${shown(why)}`;
  return html`<p class="why quiet">You are asked because of the rule <code>${shown(rule)}</code>${words}</p>`;
}
