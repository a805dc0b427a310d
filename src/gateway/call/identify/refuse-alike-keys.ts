import { foldKey, isJsonObject, type Json, type JsonObject, PreloopError } from "#base";

/**
 * Refuses arguments of which two could be read as one: who decodes `Path` into `path` runs another call than the one
 * that was judged. A schema that declares both says that its server tells them apart. @throws params_invalid
 */
export function refuseAlikeKeys(args: JsonObject, inputSchema: Json | undefined, what: string): void {
  const keys = Object.keys(args);
  if (keys.length < 2) return;
  const byFold = new Map<string, string>();
  for (const key of keys) {
    const folded = foldKey(key);
    const other = byFold.get(folded);
    if (other === undefined) byFold.set(folded, key);
    else if (!declares(inputSchema, key) || !declares(inputSchema, other))
      throw new PreloopError(
        "params_invalid",
        `Invalid params: ${what} has the arguments ${JSON.stringify(other)} and ${JSON.stringify(key)}, which servers may take for one. Give only one of them. Nothing was executed.`,
      );
  }
}

function declares(inputSchema: Json | undefined, key: string): boolean {
  const properties = isJsonObject(inputSchema) ? inputSchema.properties : undefined;
  return isJsonObject(properties) && Object.hasOwn(properties, key);
}
