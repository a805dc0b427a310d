import { makeVisible } from "#base";
import type { LaunchList, RuleConfig, ServerConfig } from "#config";

/** What a file would set loose, whole, in words that cannot hide anything. */
export function startLines({ file, config, envNames }: LaunchList): string[] {
  const { mcpServers, policy, store, $schema: _, ...others } = config;
  const servers = Object.entries(mcpServers);
  const settings = leaves(others);
  const readers = readersOf(config);
  const lines = [
    `${file} would start or reach:`,
    ...servers.flatMap(([name, server]) => serverLines(name, server)),
    ...(servers.length === 0 ? ["  nothing"] : []),
    `Its policy: ${policy.default} by default, and in this order`,
    ...policy.rules.flatMap(ruleLines),
    ...(settings.length === 0 ? [] : ["It also sets:", ...settings.map((leaf) => `  ${leaf}`)]),
    ...(readers.length === 0 ? [] : ["It takes from the environment, and gives to:", ...readers]),
    ...(store.url === undefined ? [] : [`Approvals and audit are kept at ${store.url}`]),
    ...(envNames.length === 0 ? [] : [`The .env beside it sets ${envNames.join(", ")}`]),
  ];
  return lines.map((line) => makeVisible(line).text);
}

function serverLines(name: string, server: ServerConfig): string[] {
  const { command, args, url, cwd, env = {}, headers = {}, disabled, trustAnnotations, ...rest } = server;
  const words = [command, ...(args ?? [])].map((word) => quote(word ?? ""));
  return [
    `  ${name}${disabled ? " (disabled)" : ""}: ${url ?? words.join(" ")}`,
    ...(cwd === undefined ? [] : [`    in ${quote(cwd)}`]),
    ...Object.entries(env).map(([key, value]) => `    with ${key}=${quote(value)}`),
    ...Object.entries(headers).map(([key, value]) => `    with the header ${key}: ${value}`),
    ...(trustAnnotations ? ["    and believes what it says of its own tools"] : []),
    ...leaves(rest).map((leaf) => `    ${leaf}`),
  ];
}

function ruleLines({ name, action, tool, when, ...rest }: RuleConfig): string[] {
  const condition = when === undefined ? "" : ` when ${when}`;
  return [
    `  ${action} ${[tool].flat().join(", ")}${condition} (${name})`,
    ...leaves(rest).map((leaf) => `    ${leaf}`),
  ];
}

// Whatever a section may hold one day is shown, for nothing here picks.
function leaves(value: unknown, at = ""): string[] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null) return [`${at} = ${quote(String(value))}`];
  if (Array.isArray(value) && value.every((item) => typeof item === "string"))
    return value.length === 0 ? [] : [`${at} = ${value.map(quote).join(", ")}`];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, at === "" ? key : `${at}.${key}`));
}

/** Each variable that the file names, and who gets it. */
function readersOf(config: LaunchList["config"]): string[] {
  const { mcpServers, trackers = {}, notify = {}, ...sections } = config;
  const readers = new Map<string, string[]>();
  for (const group of [mcpServers, trackers, notify, sections])
    for (const [name, value] of Object.entries(group))
      for (const variable of variablesIn(value))
        readers.set(variable, [...(readers.get(variable) ?? []), `${name}${destination(value)}`]);
  return [...readers].map(([variable, names]) => `  ${variable}: ${names.join(", ")}`);
}

function variablesIn(value: unknown): Set<string> {
  const text = leaves(value).join("\n");
  const found = [...text.matchAll(/\$\$\{|\$\{([^}]*)\}/g)].map(([, name]) => name);
  return new Set(found.filter((name) => name !== undefined));
}

function destination(value: unknown): string {
  if (typeof value === "string") return ` (${value})`;
  const { url, command, type, provider } = value as Record<string, unknown>;
  const to = url ?? command ?? type ?? provider;
  return typeof to === "string" ? ` (${to})` : "";
}

// Words are shown so that two of them never look like one, nor one like two.
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word);
}
