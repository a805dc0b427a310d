// Tokens that tell by their shape what they are: what each is called, and how it is written.
const KINDS = [
  [
    "private key",
    "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^-]*(?:-(?!----)[^-]*)*(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)?",
  ],
  ["JWT", "\\beyJ[\\w-]{4,}\\.[\\w-]{4,}\\.[\\w-]*"],
  ["GitHub token", "\\bgh[opusr]_[A-Za-z0-9]{10,}"],
  ["GitHub token", "\\bgithub_pat_\\w{10,}"],
  ["GitLab token", "\\bgl(?:pat|dt|rt|ptt|cbt|ft|soat)-[\\w-]{10,}"],
  ["Slack token", "\\bxox[a-z]-[\\w-]{8,}"],
  ["Slack token", "\\bxapp-[\\w-]{8,}"],
  ["API key", "\\bsk-[\\w-]{12,}"],
  ["Stripe key", "\\b[sr]k_(?:live|test)_\\w{8,}"],
  ["webhook secret", "\\bwhsec_\\w{8,}"],
  ["AWS key", "\\b(?:AKIA|ASIA)[A-Z0-9]{12,}"],
  ["Google key", "\\bAIza[\\w-]{30,}"],
  ["Google token", "\\bya29\\.[\\w-]{10,}"],
  ["npm token", "\\bnpm_[A-Za-z0-9]{20,}"],
  ["PyPI token", "\\bpypi-[\\w-]{20,}"],
  ["Hugging Face token", "\\bhf_[A-Za-z0-9]{20,}"],
  ["Linear key", "\\blin_api_\\w{10,}"],
  ["Atlassian token", "\\bATATT3[\\w=-]{10,}"],
  ["SendGrid key", "\\bSG\\.[\\w-]{10,}\\.[\\w-]{10,}"],
  ["age key", "\\bAGE-SECRET-KEY-1\\w+"],
] as const;

const SHAPES = new RegExp(KINDS.map(([, shape]) => shape).join("|"), "g");
const EACH = KINDS.map(([kind, shape]) => [kind, new RegExp(`^(?:${shape})$`)] as const);
const SHORTEST = 8;
// `sk-delete-old-branches` is a name that somebody chose, and a person who approves it must see it.
const WORDS = /^[a-z]+(?:[-_][a-z]+){2,}$/;

/** What sort of secret the whole of a text is by its shape, if it is one. */
export function shapeOf(text: string): string | undefined {
  return EACH.find(([, shape]) => shape.test(text))?.[0];
}

/** Calls back for every token that stands in a text, with its place. */
export function eachShape(text: string, found: (start: number, end: number, kind: string) => void): void {
  if (text.length < SHORTEST) return;
  SHAPES.lastIndex = 0;
  for (let match = SHAPES.exec(text); match; match = SHAPES.exec(text)) {
    const [token] = match;
    if (!WORDS.test(token)) found(match.index, match.index + token.length, shapeOf(token) ?? "string");
  }
}
