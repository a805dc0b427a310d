import { makeVisible, PreloopError, VERSION } from "#base";
import type { ServerConfig } from "#config";
import type { DoctorFinding } from "#onboarding";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import { machineInfoOf } from "./machine.ts";

/** `preloop doctor`: looks at everything, and says how to mend what is wrong. @throws doctor_findings */
export async function doctor(
  context: CommandContext,
  flag: string | undefined,
  json: boolean,
): Promise<void> {
  const { loadSecretKey, readSettings } = await import("#config");
  const { runChecks } = await import("#onboarding");
  const { credentialsFor } = await import("#app");
  // Not the context's own: a config that cannot be read is a finding here, and no end.
  const settings = readSettings({
    env: process.env,
    cwd: process.cwd(),
    ...(flag !== undefined && { flag }),
  });
  const runtime = await context.runtime().catch(() => undefined);
  const doctorContext = {
    settings,
    machine: machineInfoOf(settings),
    version: VERSION,
    config: async () => (await context.runtime()).loaded,
    key: () => loadSecretKey(settings),
    store: () => context.store(),
    credentials: (server: ServerConfig) => runtime && credentialsFor(runtime, server),
  };
  const findings = await runChecks(doctorContext, (finding) => {
    if (!json) for (const line of findingLines(finding)) context.out.line(line);
  });
  const broken = findings.filter(({ level }) => level === "broken").length;
  if (json) context.out.line(jsonText({ broken, findings: findings.map((finding) => ({ ...finding })) }));
  if (broken > 0)
    throw new PreloopError("doctor_findings", `${broken} ${broken === 1 ? "thing is" : "things are"} broken`);
}

function findingLines({ check, level, text, mend }: DoctorFinding): string[] {
  const line = `${level.padEnd(7)}  ${check.padEnd(6)}  ${makeVisible(text).text}`;
  return mend === undefined ? [line] : [line, `${" ".repeat(17)}mend: ${makeVisible(mend).text}`];
}
