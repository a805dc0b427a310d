import { existsSync } from "node:fs";
import path from "node:path";
import { isJsonObject, type Json, readJson } from "#base";
import type { CommandContext } from "../context.ts";

/** Input schemas of the tools that were seen: what they say of their arguments. */
export interface SeenSchemas {
  /** Undefined for a tool that was never seen; an empty object for one that says nothing. */
  inputSchemaOf(tool: { readonly server: string; readonly tool: string }): Json | undefined;
}

/** Reads what the store knows of tools. Looking at rules starts no store: undefined where there is none, or none answers. */
export async function seenSchemas(context: CommandContext): Promise<SeenSchemas | undefined> {
  const { settings, storeName } = await context.runtime();
  if (storeName === "embedded" && !existsSync(path.join(settings.home, "pgdata"))) return undefined;
  try {
    const { listPins } = await import("#store");
    const definitions = new Map<string, string>();
    for (const { server, kind, tool, definition } of await listPins(await context.store()))
      if (kind === "tool" && tool !== "") definitions.set(JSON.stringify([server, tool]), definition);
    const read = new Map<string, Json | undefined>();
    return {
      inputSchemaOf({ server, tool }) {
        const key = JSON.stringify([server, tool]);
        // One value for all calls of the tool: its schema is made ready once.
        if (!read.has(key)) read.set(key, schemaIn(definitions.get(key)));
        return read.get(key);
      },
    };
  } catch {
    return undefined;
  }
}

function schemaIn(definition: string | undefined): Json | undefined {
  if (definition === undefined) return undefined;
  try {
    const value = readJson(definition);
    return isJsonObject(value) ? (value.inputSchema ?? {}) : undefined;
  } catch {
    return undefined; // written down before there was a limit to its depth
  }
}
