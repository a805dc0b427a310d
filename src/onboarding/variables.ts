import type { EntryReader, MachineInfo } from "./types.ts";

/** How a client writes variables inside its texts. */
export type VariableSyntax = "none" | "dollar" | "dollar-brace" | "env-colon" | "brace-env";

interface EntryReaderOptions {
  readonly name: string;
  readonly file: unknown;
  readonly variables: VariableSyntax;
  readonly machine: MachineInfo;
  readonly project: string | undefined;
}

/** A reader of one entry's texts, and what it found to stand in the way of moving it. */
export function createEntryReader(input: EntryReaderOptions): {
  readonly reader: EntryReader;
  readonly problems: string[];
} {
  const { name, file, machine } = input;
  const problems: string[] = [];
  const block = (reason: string) => {
    if (!problems.includes(reason)) problems.push(reason);
  };
  const variable = (wanted: string) => {
    if (!/^[A-Za-z_]\w*$/.test(wanted)) block(`it uses \${${wanted}}, which preloop cannot say`);
    // A config that names a variable nobody set does not load, and then every command would stop.
    else if (machine.env[wanted] === undefined)
      block(`it needs the environment variable ${wanted}, which is not set here; set it and run init again`);
    return `\${${wanted}}`;
  };
  const text = (value: unknown) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value === "object") {
      block("it holds a value where text belongs");
      return undefined;
    }
    return translate(String(value), input, variable, block);
  };
  const reader: EntryReader = {
    name,
    file,
    block,
    variable,
    text,
    texts(value) {
      if (value === undefined || value === null) return undefined;
      if (!Array.isArray(value)) block("it holds a value where a list belongs");
      return [value].flat().flatMap((item) => text(item) ?? []);
    },
    record(value) {
      if (value === undefined || value === null) return undefined;
      if (typeof value !== "object" || Array.isArray(value)) {
        block("it holds a value where names and values belong");
        return undefined;
      }
      const entries = Object.entries(value).flatMap(([key, item]) => {
        const found = text(item);
        return found === undefined ? [] : [[key, found] as const];
      });
      return Object.fromEntries(entries);
    },
  };
  return { reader, problems };
}

const PATTERNS: Readonly<Record<VariableSyntax, RegExp>> = {
  none: /\$\{/g,
  dollar: /\$\{([^}]*)\}|\$([A-Za-z_]\w*)|\$\{/g,
  "dollar-brace": /\$\{([^}]*)\}|\$\{/g,
  "env-colon": /\$\{([^}]*)\}|\$\{/g,
  "brace-env": /\{(env:[^}]*|file:[^}]*)\}|\$\{/g,
};

// What the client would not have replaced must reach the server as it stands, so it is escaped.
function translate(
  source: string,
  { variables, machine, project }: EntryReaderOptions,
  variable: (name: string) => string,
  block: (reason: string) => void,
): string {
  return source.replace(PATTERNS[variables], (found, braced?: string, bare?: string) => {
    const inside = typeof braced === "string" ? braced : typeof bare === "string" ? bare : undefined;
    if (variables === "none" || inside === undefined) return "$$" + "{";
    if (variables === "dollar" || variables === "dollar-brace") return variable(inside);
    if (inside.startsWith("env:")) return variable(inside.slice(4));
    if (variables === "env-colon") {
      if (inside === "userHome") return machine.userHome;
      if (/^workspaceFolder$/.test(inside) && project !== undefined) return project;
    }
    block(`it uses ${found}, which only the client can fill in`);
    return found;
  });
}
