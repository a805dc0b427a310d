import { MAX_LEVELS, redactText } from "#base";
import type { Config, ServerConfig } from "#config";
import { commandText } from "../command-text.ts";
import { askServers } from "./ask-server.ts";
import type { DoctorContext, DoctorFinding } from "./doctor-context.ts";

const TIMEOUT_MS = 60_000;

/** Whether each server behind preloop starts, introduces itself and lists its tools. */
export async function checkServers(
  servers: Config["mcpServers"],
  context: DoctorContext,
): Promise<DoctorFinding[]> {
  const { credentials, version, settings } = context;
  const answers = await askServers(servers, {
    baseEnv: settings.env,
    credentials,
    version,
    timeoutMs: TIMEOUT_MS,
  });
  return Object.entries(servers).map(([name, server]): DoctorFinding => {
    const answer = answers.get(name);
    if (!answer) return { check: "server", level: "ok", text: `${name} is switched off` };
    if (answer.kind === "up") {
      const { tools, leftOut, isLoggedIn, ms } = answer;
      const text = `${name} lists ${tools.length} tools (${isLoggedIn ? "logged in, " : ""}${ms} ms)`;
      if (leftOut.length === 0) return { check: "server", level: "ok", text };
      const names = leftOut.slice(0, 5).join(", ");
      return {
        check: "server",
        level: "warning",
        text: `${text}; left out for their depth: ${names}`,
        mend: `its makers can mend it: no part of a tool may be nested deeper than ${MAX_LEVELS} levels`,
      };
    }
    const mend = mendOf(name, server, answer.reason);
    return { check: "server", level: "broken", text: redactText(`${name}: ${answer.reason}`), mend };
  });
}

function mendOf(name: string, server: ServerConfig, reason: string): string {
  if (server.url === undefined) return `run it by hand and read what it says: ${commandText(server)}`;
  if (reason.includes("preloop login")) return `log in: preloop login ${name}`;
  return "check its address, its headers and the network";
}
