import { isPreloopError } from "#base";
import type { Issue } from "#model";
import { listAllIssues } from "./list.ts";
import { fetchIssue, type GitHubContext } from "./read.ts";

/** Map from an issue's number to its id: a comment of the repository's stream names the number only. */
export interface IdMap {
  learn(issues: readonly { readonly number: number; readonly id: number }[]): void;
  /** Ids for these numbers, and the issues that had to be asked for; a number without id has no issue any more. */
  find(numbers: readonly number[]): Promise<{
    readonly fetched: readonly Issue[];
    idOf(number: number): string | undefined;
  }>;
}

/** So many unknown numbers are asked for one by one; with more, reading the whole list is cheaper. */
const ONE_BY_ONE = 20;

export function createIdMap(hub: GitHubContext, project: string, signal?: AbortSignal): IdMap {
  const ids = new Map<number, string | undefined>();
  let isListRead = false;

  async function ask(number: number): Promise<Issue | undefined> {
    try {
      return await fetchIssue(hub, hub.keys.at(project, number).key, signal);
    } catch (error) {
      if (isPreloopError(error, "issue_unknown")) return undefined;
      throw error;
    }
  }

  async function readList(): Promise<void> {
    isListRead = true;
    for await (const issues of listAllIssues(hub, project, signal))
      for (const { number, id } of issues) if (!ids.has(number)) ids.set(number, String(id));
  }

  return {
    learn: (issues) => {
      for (const { number, id } of issues) ids.set(number, String(id));
    },
    async find(numbers) {
      const unknown = () => [...new Set(numbers)].filter((number) => !ids.has(number));
      if (unknown().length > ONE_BY_ONE && !isListRead) await readList();
      const fetched: Issue[] = [];
      for (const number of unknown()) {
        const issue = await ask(number);
        // One that was transferred meanwhile is another repository's.
        const isHere = issue?.key === hub.keys.at(project, number).key;
        ids.set(number, isHere ? issue?.id : undefined);
        if (issue && isHere) fetched.push(issue);
      }
      return { fetched, idOf: (number) => ids.get(number) };
    },
  };
}
