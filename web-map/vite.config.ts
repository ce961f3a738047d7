import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const PREFIX = "ui.map.";

/**
 * `virtual:texts/de` and `virtual:texts/en`: the map's part of the text catalogue shared with the server.
 * A page loads one language, and only the texts that scripts need.
 */
function texts(): Plugin {
  const id = /^\0?virtual:texts\/(de|en)$/;
  return {
    name: "baulotse-texts",
    resolveId: (source) => (id.test(source) ? `\0${source}` : undefined),
    load(source) {
      const language = id.exec(source)?.[1];
      if (!language) {
        return;
      }
      const file = new URL(`../data/texts/${language}.json`, import.meta.url);
      this.addWatchFile(file.pathname);
      const all = Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
      const own = all.filter(([key]) => key.startsWith(PREFIX));
      return `export default ${JSON.stringify(Object.fromEntries(own))}`;
    },
  };
}

export default defineConfig({
  plugins: [texts()],
  // The package's own ES module: the bundler leaves out what is not used.
  resolve: { alias: [{ find: /^leaflet$/, replacement: "leaflet/dist/leaflet-src.esm.js" }] },
  build: {
    manifest: true,
    target: "es2022",
    // No data: addresses: the content security policy needs no exception for them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: "src/main.ts" },
  },
  test: { include: ["test/**/*.test.ts"] },
});
