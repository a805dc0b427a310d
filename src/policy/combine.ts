import { decidersOf, type Panel, panelsOf, type Workflow } from "#model";

/**
 * What several workflows ask for together: every one of them must be satisfied. A panel is left out only where another
 * one covers it, so the answer is never looser than any of them.
 */
export function combine(workflows: readonly [Workflow, ...Workflow[]]): Workflow {
  const [first, ...rest] = workflows;
  if (rest.length === 0) return first;
  const timeoutMs = Math.min(...workflows.map((workflow) => workflow.timeoutMs));
  const panels = escalatingTogether(workflows.flatMap(panelsOf), timeoutMs);
  const [head, next, ...others] = uncovered(panels) as [Panel, ...Panel[]];
  return {
    ...head,
    timeoutMs,
    notify: [...new Set(workflows.flatMap(({ notify }) => notify))],
    ...(next && { also: [next, ...others] }),
  };
}

/**
 * Whether everything that satisfies `left` satisfies `right`, before it escalates and after: in the worst case all of
 * left's people whom right does not know are among those who said yes.
 */
export function covers(left: Panel, right: Panel): boolean {
  return [false, true].every((isEscalated) => {
    const [ours, theirs] = [decidersOf(left, isEscalated), decidersOf(right, isEscalated)];
    if (theirs.length === 0) return left.quorum >= right.quorum;
    if (ours.length === 0) return false;
    const strangers = ours.filter((person) => !theirs.includes(person)).length;
    return left.quorum - strangers >= right.quorum;
  });
}

// More people may decide once a panel escalates, so none does before the last would; what comes too late never comes.
function escalatingTogether(panels: readonly Panel[], timeoutMs: number): readonly Panel[] {
  const isInTime = ({ escalate }: Panel) => escalate !== undefined && escalate.afterMs < timeoutMs;
  const afterMs = Math.max(...panels.filter(isInTime).map(({ escalate }) => escalate!.afterMs));
  return panels.map((panel) => {
    const { escalate, ...rest } = panel;
    return isInTime(panel) ? { ...rest, escalate: { ...escalate!, afterMs } } : rest;
  });
}

/** The panels that no other covers; of two that cover each other, the first. */
function uncovered(panels: readonly Panel[]): readonly Panel[] {
  return panels.reduce<readonly Panel[]>((kept, panel) => {
    if (kept.some((other) => covers(other, panel))) return kept;
    return [...kept.filter((other) => !covers(panel, other)), panel];
  }, []);
}
