import { isDeeperThan, type JsonObject, MAX_DEPTH, PreloopError } from "#base";

/** Deeper params are refused, as a call's are when it is read. @throws params_invalid */
export function refuseDeep(params: JsonObject): void {
  if (isDeeperThan(params, MAX_DEPTH))
    throw new PreloopError("params_invalid", `Invalid params: nested deeper than ${MAX_DEPTH} levels`);
}
