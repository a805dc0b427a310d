import type { Reporter, TestModule } from "vitest/node";

/**
 * Ends a run with one plain line of counts, for whoever reads it with a program, behind what was left out and a line for
 * each failure: of a long log often only the end is kept.
 */
export const closingLine: Reporter = {
  onTestRunEnd(modules) {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++;
      if (couldNotRun(module)) counts.failed++;
      for (const line of failuresOf(module)) console.log(line);
    }
    if (!process.env.PRELOOP_TEST_DATABASE_URL) {
      console.log("\nWithout PRELOOP_TEST_DATABASE_URL nothing was tested on PostgreSQL.");
    }
    const failed = counts.failed + counts.pending;
    console.log(`\n${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`);
  },
};

function failuresOf(module: TestModule): string[] {
  const where = module.relativeModuleId;
  const lines = [...module.children.allTests("failed")].map((test) => {
    const [first] = test.result().errors ?? [];
    return `FAILED ${where}: ${test.fullName}: ${first?.message.split("\n")[0]}`;
  });
  return couldNotRun(module) ? [`FAILED ${where}: ${module.errors()[0]?.message}`, ...lines] : lines;
}

// A file whose import or hook throws fails without any test of it failing.
function couldNotRun(module: TestModule): boolean {
  return module.state() === "failed" && [...module.children.allTests("failed")].length === 0;
}
