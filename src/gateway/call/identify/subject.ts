import { digestOf, type JsonObject } from "#base";
import type { Hold, Pins } from "#pins";
import type { Upstream } from "#upstreams";
import type { Catalog } from "../../catalog/catalog.ts";
import type { Holder } from "../../catalog/held.ts";
import type { Offer, ToolOffer } from "../../catalog/offers.ts";

/** The thing that a request is about at its server: a tool, a prompt, a resource, or nothing but its method. */
export interface Subject {
  readonly upstream: Upstream;
  /** {@link digestOf} its definition: what an approval and a grant are bound to. */
  readonly digest: string;
  /** The schema that a person's edit of the arguments must fit. */
  readonly inputSchema: JsonObject | undefined;
  /** The tool, where it is one. */
  readonly tool?: ToolOffer;
  /** Why it is held, if it is. */
  holdOf(pins: Pins): Hold | undefined;
  /** The same as it is listed now; undefined where it is not any more. */
  current(): Promise<Subject | undefined>;
  /** The same as a server that was started anew lists it; undefined until it has. */
  renewed(): Promise<Subject | undefined>;
}

/** A tool as the subject of a call. */
export function toolSubject(tool: ToolOffer, catalog: Catalog): Subject {
  const { upstream, digest, definition } = tool;
  const subjectOf = (found: ToolOffer | undefined) => found && toolSubject(found, catalog);
  return {
    upstream,
    digest,
    inputSchema: definition.inputSchema as JsonObject | undefined,
    tool,
    holdOf: (pins) => pins.holdOf(tool),
    current: async () => subjectOf(await catalog.tool(tool.name)),
    async renewed() {
      await catalog.tool(tool.name);
      return subjectOf(catalog.toolAtHand(tool.name));
    },
  };
}

/** A prompt as the subject of `method`; a person may change its arguments, and not which prompt it is. */
export function promptSubject(method: string, prompt: Offer, catalog: Catalog): Subject {
  const current = async () => {
    const found = await catalog.prompt(prompt.name);
    return found && promptSubject(method, found, catalog);
  };
  return {
    upstream: prompt.upstream,
    digest: digestOf({ method, definition: prompt.definition }),
    inputSchema: { type: "object", properties: { name: { const: prompt.original } }, required: ["name"] },
    holdOf: (pins) => pins.holdOf(prompt),
    current,
    renewed: current,
  };
}

/** A resource or a template as the subject of `method`: its params stay as they were asked about. */
export function resourceSubject(
  method: string,
  params: JsonObject,
  { upstream, holdOf }: Holder,
  find: () => Promise<Holder | undefined>,
): Subject {
  const current = async () => {
    const now = await find();
    return now?.upstream === upstream ? resourceSubject(method, params, now, find) : undefined;
  };
  const digest = digestOf({ method });
  return { upstream, digest, inputSchema: { const: params }, holdOf, current, renewed: current };
}

/** A server's log level as the subject of `method`. */
export function levelSubject(method: string, params: JsonObject, upstream: Upstream): Subject {
  return { ...customSubject(method, upstream), inputSchema: { const: params } };
}

/** A method that is none of the protocol's, of which nothing is known but that the config lets it be asked. */
export function customSubject(method: string, upstream: Upstream): Subject {
  const subject: Subject = {
    upstream,
    digest: digestOf({ method }),
    inputSchema: undefined,
    holdOf: (pins) => pins.holdOfServer(upstream.name),
    current: async () => subject,
    renewed: async () => subject,
  };
  return subject;
}
