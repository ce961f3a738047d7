import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["e2e/**/*.test.ts"],
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Side by side, each file with a browser of its own: what one waits for the other makes use of.
    maxWorkers: Math.max(2, availableParallelism()),
    // A busy machine is slow, not wrong.
    expect: { poll: { timeout: 20_000 } },
  },
});
