// Weighs what a visitor loads and fails above the budget.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = { js: 75, css: 15 };
const folder = new URL("../dist/assets/", import.meta.url);

let isOver = false;
for (const [kind, most] of Object.entries(BUDGET_KB)) {
  const files = readdirSync(folder).filter((name) => name.endsWith(`.${kind}`));
  const bytes = files.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, folder))).length, 0);
  const size = bytes / 1000;
  console.log(`${kind}: ${size.toFixed(1)} kB gzip in ${files.length} files, budget ${most} kB`);
  isOver ||= size > most || files.length === 0;
}
process.exitCode = isOver ? 1 : 0;
