// Weighs what a visitor loads for a page with a map, and fails above the budget (docs/viewer.md).
// Eager: the entry, the map, one language. What is loaded on demand, such as the drawing tool, is weighed by itself.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = { "public scripts": 75, "on demand, each": 15, styles: 15, "embed.js": 1.5 };
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

const kilobytes = (file) => gzipSync(readFileSync(new URL(file, dist))).length / 1000;
const isText = (key) => key.includes("virtual:texts");

/** A chunk with all that it imports at once. */
function withImports(key, found = new Set()) {
  if (!found.has(key)) {
    found.add(key);
    for (const imported of manifest[key].imports ?? []) {
      withImports(imported, found);
    }
  }
  return found;
}

const chunks = Object.keys(manifest).filter((key) => manifest[key].file.endsWith(".js"));
const texts = chunks.filter(isText).toSorted((a, b) => kilobytes(manifest[b].file) - kilobytes(manifest[a].file));
const eager = new Set(["src/main.ts", "src/map/index.ts", texts[0]].flatMap((key) => [...withImports(key)]));
const lazy = chunks.filter((key) => !eager.has(key) && !isText(key));
const styles = new Set(Object.values(manifest).flatMap(({ css = [] }) => css));
const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);

const weights = {
  "public scripts": sum([...eager].map((key) => kilobytes(manifest[key].file))),
  "on demand, each": Math.max(0, ...lazy.map((key) => kilobytes(manifest[key].file))),
  "embed.js": kilobytes("embed.js"),
  styles: sum([...styles].map(kilobytes)),
};
for (const [name, weight] of Object.entries(weights)) {
  const most = BUDGET_KB[name];
  console.log(`${name}: ${weight.toFixed(1)} kB gzip, budget ${most} kB`);
  if (weight > most || (weight === 0 && name !== "on demand, each")) {
    process.exitCode = 1;
  }
}
