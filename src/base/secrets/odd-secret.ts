import { holdsUnseen } from "../text/visible.ts";

/** Candidate for a mask: what is known of a value that is about to be masked. */
export interface SecretCandidate {
  readonly text: string;
  readonly kind: string;
  /** The name it stands under, where that is not itself the name of a secret. */
  readonly under?: string;
}

/**
 * Why a value is odd for a secret, in words that are safe to show; nothing for an ordinary one. Secrets are random
 * letters and digits with a few marks between them. What a mask must not hide is a payload that somebody put under a
 * secret's name: something that a shell, a file system or a server would act on, or a text that a person would read.
 */
export function oddnessOf({ text, kind, under }: SecretCandidate): readonly string[] {
  const isLong = text.length > (ROOMY.has(kind) ? LONGEST_ROOMY : LONGEST);
  const long = isLong ? ["longer than secrets are"] : [];
  if (kind === "number" || (kind === "private key" && PRIVATE_KEY.test(text))) return long;
  const named = under !== undefined && isNamedForDoing(under) ? ["named like something to do"] : [];
  return [...signsOf(text), ...named, ...long];
}

// Session tokens of clouds are the longest secrets in one piece; keys and tokens that carry claims grow beyond.
const LONGEST = 4_096;
const LONGEST_ROOMY = 16_384;
const ROOMY: ReadonlySet<string> = new Set(["private key", "JWT"]);

// PEM (RFC 7468): full lines of base64, so that no words stand where the key should.
const PRIVATE_KEY =
  /^-----BEGIN ([A-Z0-9 ]{0,40}PRIVATE KEY)-----(?:\r?\n|\\n)(?:(?:Proc-Type|DEK-Info): [\w, -]{1,80}(?:\r?\n|\\n))*(?:\r?\n|\\n)?(?:[A-Za-z0-9+/=]{40,76}(?:\r?\n|\\n))*(?:[A-Za-z0-9+/=]{1,76}(?:\r?\n|\\n))?-----END \1-----\s{0,2}$/;

// The characters by which a shell starts, ends or fills in a command, quotes included: what ends a quotation ends it too.
const SHELL = /[;&|`$()<>{}\\'"]/;
// Punctuation beyond ASCII is in no token's alphabet, and some of it is taken for ASCII's by whoever normalizes.
const FOREIGN = /(?![\x20-\x7e])[\p{P}\p{S}]/u;

// A list of words under a secret's name may be a command.
const OPTION = /^-(?:[A-Za-z]{1,12}|\d)$|^--[A-Za-z][A-Za-z-]{1,30}(?:=|$)/;

const SIGNS: readonly (readonly [words: string, holds: (text: string) => boolean])[] = [
  ["control or invisible characters", (text) => !isGraphic(text) && holdsUnseen(text)],
  // A form's blank is a plus.
  ["blanks", (text) => text.includes(" ") || /^[A-Za-z]{2,}(?:\+[A-Za-z]{2,})+$/.test(text)],
  ["shell characters", (text) => SHELL.test(text)],
  ["an option of a command", (text) => OPTION.test(text)],
  ["a path", isPath],
  ["a URL", isAddress],
  ["symbols of no token", (text) => !isGraphic(text) && FOREIGN.test(text)],
];

// Nearly every secret there is; the tables of Unicode cost more than all else of a mask.
function isGraphic(text: string): boolean {
  return !/[^\x20-\x7e]/.test(text);
}

function signsOf(text: string): readonly string[] {
  const readings = [text, ...decodings(text)];
  return SIGNS.filter(([, holds]) => readings.some(holds)).map(([words]) => words);
}

const MOST_DECODINGS = 10;

/** The text as a server reads it that decodes percent signs (RFC 3986), once or more. */
function decodings(text: string): readonly string[] {
  const readings: string[] = [];
  let reading = text;
  while (readings.length < MOST_DECODINGS && /%[0-9A-Fa-f]{2}/.test(reading)) {
    // Byte by byte, since a faulty sequence must not keep the others from being read.
    const bytes = Buffer.from(reading, "utf8").toString("latin1");
    const decoded = bytes.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    reading = Buffer.from(decoded, "latin1").toString("utf8");
    readings.push(reading);
  }
  return readings;
}

// Steps (`../`, `~/`, `C:\`), hidden names (`/.ssh`), and parts that are plain words (`/etc/`), which chance hardly makes.
const STEPS =
  /(?:^|[/\\])\.{1,2}(?:[/\\]|$)|^~\w*\/|^[A-Za-z]:[/\\]|[/\\]\.\w|\\\w|(?:^|\/)[a-z]{3,}(?:\/|$)/;

// Names that mean something to a shell or a program without any slash: `..`, `~`, `.env`, `@file`, `*.pem`.
const NAMES = /^\.{1,2}$|^~\w*$|^\.[A-Za-z]|^@|^\*|\*\./;

function isPath(text: string): boolean {
  if (NAMES.test(text)) return true;
  if (!/[/\\]/.test(text)) return false;
  return STEPS.test(text) || !isBase64(text);
}

/** Whether slashes are the alphabet's: of base64's 64 characters one is a slash. */
function isBase64(text: string): boolean {
  const slashes = text.split("/").length - 1;
  if (!/^[\w+/-]+={0,2}$/.test(text)) return false;
  const isMixed = /[A-Z]/.test(text) && /[a-z]/.test(text) && /[0-9]/.test(text);
  return isMixed && text.length >= 16 && slashes <= Math.max(2, text.length / 8);
}

const ADDRESS =
  /:\/\/|^\/\/\w|^(?:javascript|data|file|mailto|vbscript|https?|ftp|ssh|git):|^www\.|^\d{1,3}(?:\.\d{1,3}){3}(?:[:/]|$)/i;
const HOST =
  /^(?:[^@\s]+@)?(?:[a-z0-9-]+\.)+[a-z]{2,24}(?::\d+)?(?:\/|$)|^localhost(?:[:/]|$)|^\[[\da-f:.]+\]/i;
// Parts of a token are parted by dots, too (JWT, SendGrid), and each is longer than a label of a host's name is.
const LONGEST_LABEL = 24;

function isAddress(text: string): boolean {
  if (ADDRESS.test(text)) return true;
  return HOST.test(text) && text.split(/[.:/@]/).every((part) => part.length <= LONGEST_LABEL);
}

// Beside a secret's own name these say what is done, and with what.
const DOING = new Set(
  "cmd command commands exec execute script shell run args argv code eval sql query statement action operation path paths file filename url uri endpoint host target to body".split(
    " ",
  ),
);

function isNamedForDoing(name: string): boolean {
  return DOING.has(name.toLowerCase());
}
