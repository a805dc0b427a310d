/** One way for a server to have a bad day. */
export type Fault =
  /** An answer instead of the right one. */
  | { readonly kind: "answer"; readonly status: number; readonly headers?: Headers; readonly body?: unknown }
  /** A web page, as a login in front or a proxy sends it. */
  | { readonly kind: "page"; readonly status?: number }
  /** The right answer, cut in its middle while the connection ends well. */
  | { readonly kind: "cut" }
  /** The connection breaks; `after` the work is done, or before. */
  | { readonly kind: "hang-up"; readonly when: "before" | "after" }
  /** The work is done and a proxy says it failed. */
  | { readonly kind: "lost"; readonly status: number }
  /** No answer at all, while the connection stays. */
  | { readonly kind: "silence" };
type Headers = Readonly<Record<string, string>>;

export interface FaultRule {
  readonly fault: Fault;
  /** How many requests it hits; 1 without it. */
  readonly times?: number;
  readonly method?: string;
  /** Against the path without the API's base. */
  readonly path?: RegExp;
}

export interface Faults {
  add(rule: FaultRule): void;
  clear(): void;
  /** The fault for a request, which counts as used. */
  take(request: { readonly method: string; readonly path: string }): Fault | undefined;
}

export function createFaults(): Faults {
  let rules: { readonly rule: FaultRule; left: number }[] = [];
  return {
    add: (rule) => void rules.push({ rule, left: rule.times ?? 1 }),
    clear: () => {
      rules = [];
    },
    take({ method, path }) {
      const hit = rules.find(
        ({ rule, left }) =>
          left > 0 && (rule.method ?? method) === method && (rule.path === undefined || rule.path.test(path)),
      );
      if (hit) hit.left--;
      return hit?.rule.fault;
    },
  };
}
