import { defineConfig } from "vitest/config";
import { closingLine } from "./support/closing-line.ts";
import { SlowFirst } from "./support/slow-first.ts";

export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  resolve: { conditions: ["preloop-src"] },
  ssr: { resolve: { conditions: ["preloop-src"] } },
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    globalSetup: ["test/support/bundle.ts"],
    testTimeout: 60_000,
    // Much of a test is waiting for processes, so that a third file fits beside two on two cores.
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
    hookTimeout: 120_000,
    reporters: [process.env.CI ? "verbose" : "default", closingLine],
  },
});
