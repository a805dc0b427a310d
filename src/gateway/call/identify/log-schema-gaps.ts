import { schemaOf } from "#schema";
import type { ToolOffer } from "../../catalog/offers.ts";
import type { SessionCallServices } from "../call-services.ts";

/** Says once in the log what of a tool's schema is not looked at, or that the schema is of no use at all. */
export function logSchemaGaps(
  offer: ToolOffer,
  { log, checkedSchemas }: Pick<SessionCallServices, "log" | "checkedSchemas">,
): void {
  if (checkedSchemas.has(offer)) return;
  checkedSchemas.add(offer);
  const { problem, unchecked } = schemaOf(offer.definition.inputSchema);
  const tool = offer.name;
  if (problem !== undefined)
    log.warn("what a tool says of its arguments cannot be used; they are judged as if it said nothing", {
      tool,
      schema: problem,
    });
  else if (unchecked.length > 0)
    log.info("not all that a tool says of its arguments is checked", {
      tool,
      not: unchecked.map(({ text }) => text).slice(0, 5),
    });
}
