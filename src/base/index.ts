/** The ground every room stands on: errors, JSON, time, ids, logs, and text made safe to show. */
export { isAlive } from "./alive.ts";
export { abortSignalOf, type Canceller, type CancelSignal, createCanceller } from "./cancel.ts";
export { type Clock, systemClock } from "./clock.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { codeOf, type ErrorCode, FACES, isPreloopError, messageOf, PreloopError } from "./errors.ts";
export { type AlikeKeys, findAlikeKeys, foldKey } from "./fold-key.ts";
export { secretToken, shortId } from "./ids.ts";
export { createInFlight, type InFlight } from "./in-flight.ts";
export {
  canonicalJson,
  digestOf,
  isJsonObject,
  isPlainJson,
  type Json,
  JsonError,
  type JsonFault,
  type JsonObject,
  readJson,
  SourceNumber,
  sha256,
  skipString,
  writeJson,
} from "./json.ts";
export { closeJson } from "./json-head.ts";
export { createLog, LOG_LEVELS, type Log, type LogLevel, silentLog } from "./log.ts";
export { type RedactLimits, redactJson } from "./redact.ts";
export { REDACTED, redactText } from "./redact-text.ts";
export { type LineLimits, makeVisible, type Visible, type VisibleLines, visibleLines } from "./visible.ts";
export { displayWidth, fitWidth, foldWidth } from "./width.ts";
