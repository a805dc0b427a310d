import { compileRegex, type Regex } from "#regex";

/**
 * How many characters of the URI the template says itself; undefined when it does not fit (RFC 6570). An expression
 * stands for what its operator lets it: `{id}` for one segment, `{+path}` and a trailing `{path*}` for any text.
 */
export function fitOf(template: string, uri: string): number | undefined {
  const { pattern, literal } = compile(template);
  return pattern && fits(pattern, uri) ? literal : undefined;
}

// A server wrote the template and an agent the URI, so the work has an end.
const MOST_STEPS = 1_000_000;

function fits(pattern: Regex, uri: string): boolean {
  let left = MOST_STEPS;
  try {
    return pattern.test(uri, (steps) => {
      left -= steps;
      if (left < 0) throw new Error("too much work");
    });
  } catch {
    return false;
  }
}

interface Compiled {
  /** Undefined for what is no template: nothing fits it. */
  readonly pattern: Regex | undefined;
  readonly literal: number;
}

const known = new Map<string, Compiled>();
const MOST_KNOWN = 5_000;

function compile(template: string): Compiled {
  const found = known.get(template);
  if (found) return found;
  if (known.size >= MOST_KNOWN) known.clear();
  const compiled = compileNew(template);
  known.set(template, compiled);
  return compiled;
}

const LONGEST_TEMPLATE = 2_000;

function compileNew(template: string): Compiled {
  if (template.length > LONGEST_TEMPLATE) return { pattern: undefined, literal: 0 };
  const parts = template.split(/(\{[^{}]*\})/);
  const source = parts.map((part, at) => (at % 2 === 0 ? escapeRegex(part) : patternOf(part))).join("");
  try {
    const literal = parts.filter((_, at) => at % 2 === 0).join("").length;
    return { pattern: compileRegex(`^${source}$`), literal };
  } catch {
    return { pattern: undefined, literal: 0 };
  }
}

const ANY = "[\\s\\S]*";
/** What a value becomes where reserved characters are encoded; commas part the values of a list. */
const ENCODED = "[^/?#\\[\\]]*";

function patternOf(expression: string): string {
  const inside = expression.slice(1, -1);
  switch (inside[0]) {
    case "+":
      return ANY;
    case "#":
      return `(?:#${ANY})?`;
    case "/":
      return inside.endsWith("*") ? `(?:/${ANY})?` : `(?:/${ENCODED})*`;
    case "?":
    case "&":
      return `(?:[?&][^#]*)?`;
    case ".":
    case ";":
      return `(?:\\${inside[0]}${ENCODED})?`;
    default:
      // Not RFC 6570, but common: FastMCP's `{path*}` takes slashes.
      return inside.endsWith("*") ? ANY : ENCODED;
  }
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
