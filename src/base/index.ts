/** The ground every room stands on: errors, JSON, time, ids, logs, and text made safe to show. */
export { isAlive } from "./alive.ts";
export { type RetryOptions, withRetry } from "./async/retry.ts";
export { withTimeout } from "./async/timeout.ts";
export { createWaiter, type Waiter } from "./async/waiter.ts";
export { abortSignalOf, type Canceller, type CancelSignal, createCanceller } from "./cancel.ts";
export { type Clock, systemClock } from "./clock.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { codeOf, ERROR_TABLE, type ErrorCode, isPreloopError, messageOf, PreloopError } from "./errors.ts";
export { secretToken, shortId } from "./ids.ts";
export { createInFlight, type InFlight } from "./in-flight.ts";
export { isDeeperThan, MAX_LEVELS } from "./json/depth.ts";
export {
  canonicalJson,
  digestOf,
  isJsonObject,
  type Json,
  JsonError,
  type JsonFault,
  type JsonObject,
  MAX_DEPTH,
  SourceNumber,
  sha256,
  writeJson,
} from "./json/json.ts";
export { closeJson } from "./json/json-head.ts";
export { plainNumber } from "./json/plain-number.ts";
export { isPlainJson, readJson, skipString } from "./json/read-json.ts";
export { LONGEST_LOCATION, type Location, locationKindOf } from "./location/location.ts";
export { looseReadings } from "./location/loose.ts";
export { locationNote, locationNotes, type NotedLocation } from "./location/note.ts";
export {
  type PathReading,
  type PathReadings,
  readPath,
  readPosixPath,
  resolvePath,
  writePath,
} from "./location/path.ts";
export { spellingsOf } from "./location/spellings.ts";
export { readUrl, resolveUrl, type UrlReadings } from "./location/url.ts";
export { createLog, LOG_LEVELS, type Log, type LogLevel, silentLog } from "./log.ts";
export { createFingerprint, type Fingerprint } from "./secrets/fingerprint.ts";
export { headBetweenMasks, masksIn, REDACTED } from "./secrets/mask.ts";
export { type Secrecy, secrecyOf } from "./secrets/names.ts";
export { type Masking, type RedactLimits, redactAll, redactJson } from "./secrets/redact.ts";
export { redactText } from "./secrets/redact-text.ts";
export { foldCase } from "./text/fold-case.ts";
export { type AlikeKeys, findAlikeKeys, foldKey } from "./text/fold-key.ts";
export { foldLatin } from "./text/fold-latin.ts";
export {
  type LineLimits,
  makeVisible,
  type Visible,
  type VisibleLines,
  visibleLines,
} from "./text/visible.ts";
export { displayWidth, fitWidth, foldWidth } from "./text/width.ts";
export { VERSION } from "./version.ts";
