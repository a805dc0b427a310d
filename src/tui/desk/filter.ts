import type { Approval } from "#model";

const FIELDS: Readonly<Record<string, (approval: Approval) => string>> = {
  tool: ({ tool }) => tool,
  server: ({ server }) => server,
  risk: ({ risk }) => risk,
  session: ({ session }) => `${session.id} ${session.client} ${session.cwd}`,
};

/** `tool:write risk:high some text`: every word must fit, and a named word must fit its own field. */
export function compileFilter(filter: string): (approval: Approval) => boolean {
  const tests = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(readWord);
  return (approval) => tests.every((test) => test(approval));
}

function readWord(word: string): (approval: Approval) => boolean {
  const [name, wanted] = word.split(/:(.*)/s, 2) as [string, string?];
  const field = wanted === undefined ? undefined : FIELDS[name];
  if (field) return (approval) => field(approval).toLowerCase().includes(wanted!);
  return (approval) => textOf(approval).includes(word);
}

function textOf({ id, name, server, tool, session, effectiveArgs, rule }: Approval): string {
  return `${id} ${name} ${server} ${tool} ${session.client} ${session.cwd} ${rule} ${effectiveArgs}`.toLowerCase();
}
