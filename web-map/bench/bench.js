// `make bench-viewer`: the numbers of docs/viewer.md. BAULOTSE names the binary; PARCELS how many parcels (50000).
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse, { desktopConfig } from "lighthouse";
import { counting, DESK, filtering, firstView, launch, panning, PHONE } from "./measure.js";
import { AGS, CENTRE, write } from "./world.js";

const binary = process.env.BAULOTSE;
const count = Number(process.env.PARCELS ?? 50_000);
const folder = mkdtempSync(join(tmpdir(), "baulotse-bench-"));
const store = join(folder, "bench.gpkg");
const servers = [];

function run(...args) {
  execFileSync(binary, args, { stdio: ["ignore", "inherit", "inherit"] });
}

async function serve(...args) {
  const server = spawn(binary, [...args, "--listen", "127.0.0.1:0"], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  servers.push(server);
  for await (const chunk of server.stdout) {
    const found = /listening on (\S+)/.exec(String(chunk));
    if (found) {
      return found[1];
    }
  }
  throw new Error("the server did not start");
}

const round = (value, decimals = 0) => value.toFixed(decimals);

async function main() {
  const [parcels, sites] = [join(folder, "parcels.geojson"), join(folder, "sites.geojson")];
  await write(count, parcels, sites);
  run("import", parcels, "--as", "parcels", "--store", store);
  run("import", sites, "--as", "sites", "--store", store);
  const base = await serve("serve", "--store", store);
  const demo = await serve("demo");
  const browser = await launch();
  const view = (zoom) => `${base}/gemeinde/${AGS}#karte=${zoom}/${CENTRE.lat}/${CENTRE.lng}`;
  console.log(`\n${count} parcels\n`);
  console.log("| device | zoom | map useful ms | bytes kB | fps | p95 ms | worst ms | blocked ms | heap MB |\n|---|---|---|---|---|---|---|---|---|");
  for (const device of [DESK, PHONE]) {
    for (const zoom of [15, 16, 17]) {
      const { useful, bytes } = await firstView(browser, device, view(zoom));
      const { fps, p95, worst, blocked, heap } = await panning(browser, device, view(zoom));
      const cells = [round(useful), round(bytes / 1000), round(fps, 1), round(p95, 1), round(worst), round(blocked), round(heap, 1)];
      console.log(`| ${device.name} | ${zoom} | ${cells.join(" | ")} |`);
    }
  }
  console.log("\n| what | p95 ms |\n|---|---|");
  for (const device of [DESK, PHONE]) {
    // On a phone the list is beside the map no more: the map is what is seen.
    console.log(`| filter to list and map, demo, ${device.name} | ${round(await filtering(browser, device, `${demo}/gemeinde/${AGS}#karte`))} |`);
  }
  const { matched, p95 } = await counting(base, CENTRE);
  console.log(`| count in a drawn area, ${matched} of ${count} parcels | ${round(p95)} |`);
  await browser.close();
  await audit(`${demo}/gemeinde/${AGS}`);
}

/** Lighthouse, the median of three by performance. */
async function audit(url) {
  const { launch: launchChrome } = await import("chrome-launcher");
  console.log("\n| Lighthouse | performance | accessibility | best practices | SEO | LCP s | TBT ms | CLS |\n|---|---|---|---|---|---|---|---|");
  for (const [name, config] of [["mobile", undefined], ["desktop", desktopConfig]]) {
    const runs = [];
    for (let time = 0; time < 3; time++) {
      const chrome = await launchChrome({ chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium", chromeFlags: ["--headless=new", "--no-sandbox"] });
      runs.push((await lighthouse(url, { port: chrome.port, logLevel: "error" }, config)).lhr);
      await chrome.kill();
    }
    const { categories, audits } = runs.toSorted((a, b) => a.categories.performance.score - b.categories.performance.score)[1];
    const scores = ["performance", "accessibility", "best-practices", "seo"].map((category) => round(100 * categories[category].score));
    const numbers = [
      round(audits["largest-contentful-paint"].numericValue / 1000, 2),
      round(audits["total-blocking-time"].numericValue),
      round(audits["cumulative-layout-shift"].numericValue, 3),
    ];
    console.log(`| ${name} | ${[...scores, ...numbers].join(" | ")} |`);
  }
}

try {
  await main();
} finally {
  for (const server of servers) {
    server.kill();
  }
  rmSync(folder, { recursive: true, force: true });
}
