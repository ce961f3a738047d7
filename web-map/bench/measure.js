// Measures one page in a real Chromium: how soon it is useful, frames while panning, what waits, what it keeps.
import { chromium } from "playwright-core";

export const DESK = { name: "desk 1280×800", viewport: { width: 1280, height: 800 }, slower: 1 };
export const PHONE = {
  name: "phone 390×844 @2, CPU ×4",
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  slower: 4,
};

export async function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc", "--enable-precise-memory-info"] });
}

async function open(browser, device, url) {
  const { name: _, slower, ...options } = device;
  const context = await browser.newContext({ ...options, locale: "de-DE" });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
  await page.goto(url);
  return { context, page };
}

/** Milliseconds until areas and list are there, and bytes until then, the base map left out. */
export async function firstView(browser, device, url) {
  const { context, page } = await open(browser, device, url);
  await page.waitForSelector("[data-map][data-state=ready][data-parcels]");
  const found = await page.evaluate(() => ({
    useful: performance.getEntriesByName("map-useful")[0].startTime,
    bytes: performance
      .getEntriesByType("resource")
      .concat(performance.getEntriesByType("navigation"))
      .reduce((sum, { transferSize }) => sum + transferSize, 0),
  }));
  await context.close();
  return found;
}

/** Frames a second while dragging four times over a third of the width, long tasks, and the heap afterwards. */
export async function panning(browser, device, url) {
  const { context, page } = await open(browser, device, url);
  await page.waitForSelector("[data-map][data-state=ready][data-parcels]");
  await page.waitForTimeout(1000);
  await page.evaluate(() => {
    window.frames_ = [];
    window.blocked_ = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        window.blocked_ += duration - 50;
      }
    }).observe({ type: "longtask" });
    const note = (time) => {
      window.frames_.push(time);
      requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  const box = await page.locator(".map-canvas").boundingBox();
  const [x, y] = [box.x + box.width * 0.6, box.y + box.height * 0.4];
  for (let drag = 0; drag < 4; drag++) {
    const direction = drag % 2 === 0 ? -1 : 1;
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let step = 1; step <= 20; step++) {
      await page.mouse.move(x + direction * box.width * 0.35 * (step / 20), y + step * 2);
      await page.waitForTimeout(16);
    }
    await page.mouse.up();
    await page.waitForTimeout(300);
  }
  for (let move = 0; move < 30; move++) {
    await page.mouse.move(x - move * 3, y + move * 2);
    await page.waitForTimeout(16);
  }
  const found = await page.evaluate(() => {
    const times = window.frames_;
    const gaps = times.slice(1).map((time, index) => time - times[index]).toSorted((a, b) => a - b);
    window.gc();
    return {
      fps: (1000 * gaps.length) / (times.at(-1) - times[0]),
      p95: gaps[Math.floor(gaps.length * 0.95)],
      worst: gaps.at(-1),
      blocked: window.blocked_,
      heap: performance.memory.usedJSHeapSize / 1e6,
    };
  });
  await context.close();
  return found;
}

/** Milliseconds from a click on a filter until list and map show it, the slowest but one of twenty. */
export async function filtering(browser, device, url) {
  const { context, page } = await open(browser, device, url);
  await page.waitForSelector("[data-map][data-state=ready]");
  const times = [];
  for (let round = 0; round < 20; round++) {
    times.push(
      await page.evaluate(async () => {
        const status = [...document.querySelectorAll("[role=status]")].at(-1);
        const changed = new Promise((resolve) => new MutationObserver(resolve).observe(status, { childList: true, characterData: true, subtree: true }));
        const begin = performance.now();
        document.querySelector(".type").click();
        await changed;
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return performance.now() - begin;
      }),
    );
  }
  await context.close();
  return times.toSorted((a, b) => a - b)[18];
}

/** Milliseconds that the server takes to count what lies in an area of most of the parcels; the slowest but one of twenty. */
export async function counting(base, centre) {
  const [dx, dy] = [0.04, 0.03];
  const ring = Array.from({ length: 41 }, (_, index) => {
    const angle = ((index % 40) / 40) * 2 * Math.PI;
    return [centre.lng + dx * Math.sin(angle), centre.lat + dy * Math.cos(angle)];
  });
  const filter = { op: "s_intersects", args: [{ property: "geometry" }, { type: "Polygon", coordinates: [ring] }] };
  const times = [];
  let matched = 0;
  for (let round = 0; round < 20; round++) {
    const begin = performance.now();
    const answer = await fetch(`${base}/api/figures`, { method: "POST", body: JSON.stringify({ collection: "parcels", filter }) });
    ({ matched } = await answer.json());
    times.push(performance.now() - begin);
  }
  return { matched, p95: times.toSorted((a, b) => a - b)[18] };
}
