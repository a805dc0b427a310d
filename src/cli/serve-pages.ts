import { codeOf } from "#base";
import type { Config } from "#config";
import type { DecisionPages, ServeOptions } from "#decision-page";
import type { Output } from "./house.ts";

/** Where something in front of preloop forwards to when the config does not say. */
const FORWARDED_PORT = 7717;

/**
 * Serves decision pages where the config's `http` has them, and on any port of this machine when that one is taken.
 * @throws usage for an address that is not loopback
 */
export async function serveWhereConfigured(
  out: Pick<Output, "note">,
  { host, port, publicUrl }: Config["http"],
  options: Omit<ServeOptions, "host" | "port" | "publicUrl">,
): Promise<DecisionPages> {
  const { serveDecisionPages } = await import("#decision-page");
  const wanted = port ?? (publicUrl === undefined ? 0 : FORWARDED_PORT);
  const here = { ...options, ...(host !== undefined && { host }) };
  try {
    const isPublic = publicUrl !== undefined;
    return await serveDecisionPages({ ...here, port: wanted, ...(isPublic && { publicUrl }) });
  } catch (error) {
    if (codeOf(error) !== "EADDRINUSE") throw error;
    out.note(`Port ${wanted} is taken, so this page is on another one and reached from this machine only.`);
    return serveDecisionPages({ ...here, port: 0 });
  }
}
