import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["e2e/**/*.test.ts"],
    environment: "node",
    testTimeout: 60_000,
    hookTimeout: 30_000,
    fileParallelism: false,
    // A busy machine is slow, not wrong.
    expect: { poll: { timeout: 10_000 } },
  },
});
