/**
 * Variables that agents set for the commands they run, and what each comes from. Left out are those that stand in
 * people's own terminals as well: CURSOR_TRACE_ID, TERM_PROGRAM, REPL_ID, and keys and models set in a profile.
 */
const MARKERS: readonly (readonly [variable: string, agent: string])[] = [
  ["CLAUDECODE", "Claude Code"],
  ["CLAUDE_CODE_ENTRYPOINT", "Claude Code"],
  ["CLAUDE_CODE_SESSION_ID", "Claude Code"],
  ["CLAUDE_CODE_CHILD_SESSION", "Claude Code"],
  ["CODEX_SANDBOX", "Codex"],
  ["CODEX_SANDBOX_NETWORK_DISABLED", "Codex"],
  ["CODEX_THREAD_ID", "Codex"],
  ["CODEX_CI", "Codex"],
  ["GEMINI_CLI", "Gemini CLI"],
  ["QWEN_CODE", "Qwen Code"],
  ["CURSOR_AGENT", "Cursor"],
  ["OPENCODE", "opencode"],
  ["OPENCODE_CLIENT", "opencode"],
  ["COPILOT_CLI", "Copilot CLI"],
  ["COPILOT_AGENT", "Copilot in VS Code"],
  ["COPILOT_AGENT_JOB_ID", "Copilot coding agent"],
  ["GOOSE_TERMINAL", "goose"],
  ["AMP_CURRENT_THREAD_ID", "Amp"],
  ["AUGMENT_AGENT", "Augment"],
  ["CLINE_ACTIVE", "Cline"],
  ["CRUSH", "Crush"],
  ["PI_CODING_AGENT", "pi"],
  ["TRAE_AI_SHELL_ID", "TRAE"],
  ["ANTIGRAVITY_AGENT", "Antigravity"],
  // aider marks nothing of its own; the shared conventions catch those who follow them.
  ["AI_AGENT", "an agent"],
  ["AGENT", "an agent"],
];

/** The first marker of an agent in the environment: a variable that is set, and not to nothing, 0 or false. */
export function findAgentMarker(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return MARKERS.find(([variable]) => !/^(|0|false|no|off)$/i.test(env[variable] ?? ""))?.[0];
}
