/** `always`: whatever stands under the name. `text`: only words do harm there (`tokens: 4096` is a count). */
export type Secrecy = "always" | "text" | undefined;

// Parts that make a name secret wherever they stand, separators and case aside.
const SECRET_PARTS =
  /password|passwd|passphrase|passcode|apikey|privatekey|accesskey|accountkey|signingkey|encryptionkey|masterkey|clientsecret|authorization|credential/;
const SECRET_WORDS = new Set(["secret", "secrets", "token", "cookie", "cookies", "jwt", "cvv", "cvc", "otp"]);
const SECRET_ENDINGS = /(?:secret|token|cookie|sessid)$/;
const SOFT_NAMES = new Set(["auth", "pass", "pwd", "tokens", "bearer"]);

// `tokenUrl`, `secret_name`, `--password-file`: about a secret, and worth seeing.
const ABOUT = new Set(
  "file path name type stdin env count limit budget length size ttl expiry expires url uri endpoint policy format required enabled hint placeholder label field prompt used usage".split(
    " ",
  ),
);
const HARMLESS = /^(?:next)?(?:page|sync|continuation|pagination|progress|cursor)?token$|^nexttoken$/;

const known = new Map<string, Secrecy>();

/** Whether a key, flag or variable of this name holds a secret; `extra` are names the user added. */
export function secrecyOf(name: string, extra: readonly string[] = []): Secrecy {
  let secrecy = known.get(name);
  if (secrecy === undefined && !known.has(name)) {
    secrecy = judge(name);
    if (known.size > 2_000) known.clear();
    if (name.length <= 64) known.set(name, secrecy);
  }
  return secrecy ?? (extra.length > 0 && isNamed(name, extra) ? "always" : undefined);
}

function judge(name: string): Secrecy {
  const words = wordsOf(name);
  const joined = words.join("");
  const last = words.at(-1) ?? "";
  if (words.length > 1 && ABOUT.has(last)) return undefined;
  if (joined !== "token" && HARMLESS.test(joined)) return undefined;
  if (SECRET_PARTS.test(joined) || SECRET_ENDINGS.test(joined)) return "always";
  if (words.some((word) => SECRET_WORDS.has(word))) return "always";
  return SOFT_NAMES.has(last) ? "text" : undefined;
}

/** `apiKey`, `API_KEY` and `x-api-key` alike, as lower-case words. */
function wordsOf(name: string): string[] {
  return name
    .slice(0, 400)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

// A user's name matches whole words (`ssn` finds `customer_ssn`, not `classname`), or the whole key run together.
function isNamed(name: string, extra: readonly string[]): boolean {
  const words = wordsOf(name);
  const spaced = ` ${words.join(" ")} `;
  return extra.some((each) => {
    const wanted = wordsOf(each);
    if (wanted.length === 0) return each !== "" && each === name;
    return spaced.includes(` ${wanted.join(" ")} `) || words.join("") === wanted.join("");
  });
}
