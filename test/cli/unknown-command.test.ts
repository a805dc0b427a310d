import { Command } from "commander";
import { expect, test } from "vitest";
import { refuseUnknownCommand } from "../../src/cli/unknown-command.ts";
import { makePlace } from "../e2e/support/place.ts";

function program(): Command {
  const root = new Command("preloop").option("--config <file>").option("--http");
  const approvals = root.command("approvals").action(() => {});
  approvals.command("approve <id>").option("--reason <text>");
  approvals.command("list", { isDefault: true });
  root.command("trust [file]");
  return root;
}

test.for([
  ["approve A12", '"preloop approve" is no command; did you mean "preloop approvals approve"?'],
  [
    "--config x approvals aprove A12 --reason y",
    '"preloop approvals aprove" is no command; did you mean "preloop approvals approve"?',
  ],
  ["--http trsut", '"preloop trsut" is no command; did you mean "preloop trust"?'],
  ["qqqqqqqq", '"preloop qqqqqqqq" is no command; "preloop --help" lists what there is'],
] as const)("%s is told what was meant", async ([words, told]) => {
  await expect(refuseUnknownCommand(program(), words.split(" "))).rejects.toThrow(told);
});

test.for([
  "",
  "--http",
  "approvals",
  "approvals approve A12",
  "trust some/file",
  "help trust",
  "--unknown x",
])("%j is left to the parser", async (words) => {
  await refuseUnknownCommand(program(), words.split(" ").filter(Boolean));
});

test("the program says so and exits with 2", async () => {
  const place = await makePlace({});
  const ran = await place.run("approvals", "aprove", "x", "--reason", "y");
  await place.remove();
  expect(ran).toMatchObject({ status: 2, stdout: "" });
  expect(ran.stderr).toContain('did you mean "preloop approvals approve"?');
});
