import { PreloopError } from "#base";
import type { Upstream } from "#upstreams";

/** A request's method; what it asks for is known to nobody. */
interface WithMethod {
  readonly method: string;
}

/** The answer to a request for what does not exist, or is hidden; `takers` are the servers that could take its method. */
export function unknownTo(
  { method }: WithMethod,
  about: string,
  takers: readonly Upstream[] = [],
): PreloopError {
  if (takers.length > 1) {
    const names = takers.map(({ name }) => name).join(" and ");
    return new PreloopError("method_unknown", `${method} could go to ${names}; let only one of them take it`);
  }
  switch (kindOf(method)) {
    case "prompts":
      return new PreloopError("prompt_unknown", `Unknown prompt: ${about}`);
    case "resources":
      return new PreloopError("resource_unknown", `Resource not found: ${about}`, { data: { uri: about } });
    case "completions":
      return new PreloopError("params_invalid", `Invalid params: nothing completes ${JSON.stringify(about)}`);
    default:
      return new PreloopError("method_unknown", `Method not found: ${method}`);
  }
}

/** The kind of thing that a method asks for, in the words of rules. */
export function kindOf(method: string): "prompts" | "resources" | "completions" | "methods" {
  if (method === "prompts/get") return "prompts";
  if (method === "completion/complete") return "completions";
  return method.startsWith("resources/") ? "resources" : "methods";
}
