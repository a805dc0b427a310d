/** The ground every room stands on: errors, JSON, time, ids, logs, and text made safe to show. */
export { isAlive } from "./alive.ts";
export { abortSignalOf, type Canceller, type CancelSignal, createCanceller } from "./cancel.ts";
export { type Clock, systemClock } from "./clock.ts";
export { isDeeperThan, MAX_LEVELS } from "./depth.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { codeOf, ERROR_TABLE, type ErrorCode, isPreloopError, messageOf, PreloopError } from "./errors.ts";
export { createFingerprint, type Fingerprint } from "./fingerprint.ts";
export { foldCase } from "./fold-case.ts";
export { type AlikeKeys, findAlikeKeys, foldKey } from "./fold-key.ts";
export { foldLatin } from "./fold-latin.ts";
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
  MAX_DEPTH,
  readJson,
  SourceNumber,
  sha256,
  skipString,
  writeJson,
} from "./json.ts";
export { closeJson } from "./json-head.ts";
export { LONGEST_LOCATION, type Location, locationKindOf } from "./location.ts";
export { looseReadings } from "./location-loose.ts";
export { locationNote, locationNotes, type NotedLocation } from "./location-note.ts";
export {
  type PathReading,
  type PathReadings,
  readPath,
  readPosixPath,
  resolvePath,
  writePath,
} from "./location-path.ts";
export { readUrl, resolveUrl, type UrlReadings } from "./location-url.ts";
export { createLog, LOG_LEVELS, type Log, type LogLevel, silentLog } from "./log.ts";
export { headBetweenMasks, masksIn, REDACTED } from "./mask.ts";
export { plainNumber } from "./plain-number.ts";
export { type Masking, type RedactLimits, redactAll, redactJson } from "./redact.ts";
export { redactText } from "./redact-text.ts";
export { type Secrecy, secrecyOf } from "./secret-names.ts";
export { spellingsOf } from "./spellings.ts";
export { type LineLimits, makeVisible, type Visible, type VisibleLines, visibleLines } from "./visible.ts";
export { displayWidth, fitWidth, foldWidth } from "./width.ts";
