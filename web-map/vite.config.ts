import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const PREFIX = "ui.map.";

/**
 * `virtual:texts/de`, `virtual:texts/en` and `virtual:texts/leicht`: the map's part of the text catalogue shared with the server.
 * A page loads one language, and only the texts that scripts need.
 */
function texts(): Plugin {
  const id = /^\0?virtual:texts\/(de|en|leicht)$/;
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

/**
 * The dark colours, which tokens.css holds once, for whom prefers them and for `data-theme="dunkel"`; for
 * `data-theme="hell"` never; forced colours stay as they are. Neither selector weighs more than `:root`.
 */
function themes(): Plugin {
  const dark = /@media \(prefers-color-scheme: dark\) \{\s*:root (\{[^}]*\})\s*\}/;
  return {
    name: "baulotse-themes",
    transform(code, id) {
      if (!id.endsWith("/styles/main.css")) {
        return;
      }
      const colours = dark.exec(code)?.[1];
      if (!colours) {
        throw new Error("styles/tokens.css has no dark colours where they are looked for");
      }
      const preferred = `@media (prefers-color-scheme: dark) { :root:where(:not([data-theme="hell"])) ${colours} }`;
      return { code: code.replace(dark, `${preferred} @media (forced-colors: none) { :root:where([data-theme="dunkel"]) ${colours} }`), map: null };
    },
  };
}

export default defineConfig({
  plugins: [texts(), themes()],
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
