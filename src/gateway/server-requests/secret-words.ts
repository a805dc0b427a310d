import { foldLatin, type Secrecy, secrecyOf } from "#base";

const CODES =
  "one time|single use|verification|security|authentication|authenticator|confirmation|recovery|backup|login|log in|sign in|sms|two factor|2 ?fa|mfa|reset|unlock|access|\\d+ digit";
const KEYS =
  "api|private|secret|access|account|signing|encryption|master|ssh|gpg|pgp|wallet|recovery|backup|security|deploy|service";

// What a person keeps to themselves, in plain English; words stand apart and look-alikes are folded.
const SECRET = new RegExp(
  `\\b(?:${[
    "pass ?(?:words?|wd|phrases?|codes?|keys?)",
    `(?:${KEYS}) keys?`,
    "secrets?|token|credentials?|log ?in details",
    "(?:access|api|auth|oauth|authentication|authorization|bearer|refresh|session|security|personal|login|bot) tokens?",
    "(?:session|auth|authentication|login) cookies?",
    `(?:${CODES}) (?:pass )?codes?`,
    "t?otp|mfa|2 ?fa|cvv2?|cvc2?|iban|ssn|social security",
    "(?:seed|recovery|mnemonic|backup|wallet) (?:phrases?|words?)|mnemonics?",
    "(?:credit|debit|bank|payment) cards?|card (?:numbers?|no|details|code|pin)|(?:account|routing|passport) numbers?",
    "pin (?:codes?|numbers?)|(?:your|card|digit|enter|the) pin",
  ].join("|")})\\b`,
  "i",
);
// A pin is also what holds a note to a wall.
const PIN = /\bPIN\b/;

/** True for words of a form that look like they ask for a secret. */
export function asksForSecret(text: string): boolean {
  const words = wordsOf(foldLatin(text));
  return [words, plainLetters(words)].some((each) => SECRET.test(each) || PIN.test(each));
}

/** The same for the name of a field; of a number, `maxTokens` is a count. */
export function namesSecret(name: string, isNumber: boolean): boolean {
  const folded = foldLatin(name);
  const plain = plainLetters(folded);
  const isSecret = (secrecy: Secrecy) => secrecy === "always" || (secrecy === "text" && !isNumber);
  if (isSecret(secrecyOf(folded)) || isSecret(secrecyOf(plain))) return true;
  return asksForSecret(name) || /(?:^|\s)pin$/i.test(wordsOf(plain).trim());
}

/** `apiKey`, `API_KEY`, `api-key` and `a p i key` alike: words with one space between them. */
function wordsOf(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/(?<![A-Za-z])(?:[A-Za-z][\s._*-]{1,3}){2,}[A-Za-z](?![A-Za-z])/g, (spread) =>
      spread.replace(/[^A-Za-z]/g, ""),
    )
    .replace(/[^A-Za-z0-9$@!]+/g, " ");
}

const DIGITS: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  $: "s",
  "@": "a",
  "!": "i",
};

// `p4$$w0rd`: digits and signs that stand for letters, in words that have letters too.
function plainLetters(text: string): string {
  return text.replace(/[A-Za-z0-9$@!]*[A-Za-z][A-Za-z0-9$@!]*/g, (word) =>
    word.replace(/[013457$@!]/g, (sign) => DIGITS[sign]!),
  );
}
