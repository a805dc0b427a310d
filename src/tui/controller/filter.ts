import { isWhole, type ListedApproval } from "#model";

const FIELDS: Readonly<Record<string, (approval: ListedApproval) => string>> = {
  tool: ({ tool }) => tool,
  server: ({ server }) => server,
  risk: ({ risk }) => risk,
  session: ({ session }) => `${session.id} ${session.client} ${session.cwd}`,
};

/** `tool:write risk:high some text`: every word must fit, and a named word must fit its own field. */
export function compileFilter(filter: string): (approval: ListedApproval) => boolean {
  const tests = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(readWord);
  return (approval) => tests.every((test) => test(approval));
}

function readWord(word: string): (approval: ListedApproval) => boolean {
  const [name, wanted] = word.split(/:(.*)/s, 2) as [string, string?];
  const field = wanted === undefined ? undefined : FIELDS[name];
  if (field) return (approval) => field(approval).toLowerCase().includes(wanted!);
  return (approval) => textOf(approval).includes(word);
}

function textOf(approval: ListedApproval): string {
  const { id, name, server, tool, session, rule } = approval;
  // Of long arguments only the beginning is at hand.
  const args = isWhole(approval) ? approval.effectiveArgs : approval.argsHead;
  return `${id} ${name} ${server} ${tool} ${session.client} ${session.cwd} ${rule} ${args}`.toLowerCase();
}
