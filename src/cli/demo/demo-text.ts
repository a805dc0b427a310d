import { isJsonObject, type JsonObject, visibleLines } from "#base";
import type { Approval } from "#model";
import type { Output } from "../context.ts";

/** Shows an approval as its decider would see it. */
export function showCard(out: Output, approval: Approval): void {
  out.line();
  out.line(`  ┌ approval ${approval.id} · ${approval.server} › ${approval.tool} · risk ${approval.risk}`);
  const { lines } = visibleLines(JSON.stringify(JSON.parse(approval.effectiveArgs), null, 2));
  for (const line of lines) out.line(`  │ ${line}`);
  out.line(`  └ asked because: ${approval.why ?? approval.rule}`);
  out.line();
}

/** Shows what one side of the demo says. */
export function say(out: Output, who: string, text: string): void {
  out.line(`${who.padStart(8)} │ ${text}`);
}

/** Shows the result of a call. */
export function sayResult(out: Output, result: JsonObject): void {
  const content = Array.isArray(result.content) ? result.content[0] : undefined;
  const text =
    isJsonObject(content) && typeof content.text === "string" ? content.text : JSON.stringify(result);
  for (const line of visibleLines(text.trim()).lines) say(out, "agent", `← ${line}`);
}
