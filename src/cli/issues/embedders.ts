import { openEmbedders } from "#app";
import { makeVisible } from "#base";
import type { Embedders } from "#search";
import type { CommandContext } from "../context.ts";

/** The embedding models of the config; people are told when one is not there. */
export async function embeddersOf(context: CommandContext): Promise<Embedders> {
  const tell = (note: string) => context.out.note(`preloop: ${makeVisible(note).text}`);
  return openEmbedders(await context.runtime(), tell);
}
