// A real Chromium against a running server: BAULOTSE_URL names it; it must hold the demo's data.
// SCREENSHOTS names a folder for pictures; CHROMIUM another browser than Debian's.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";

const given = process.env["BAULOTSE_URL"];
if (!given) {
  throw new Error("BAULOTSE_URL must name a running server, e.g. http://127.0.0.1:8080");
}

/** Address of the server, without a slash at the end. */
export const BASE = given.replace(/\/$/, "");
export const TOWN = "/gemeinde/14522310";
/** A view of the old town in which there are parcels, buildings and sites. */
export const NEAR = "#karte=16/51.158/12.93";
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };

/** A busy machine is slow, not wrong. */
const PATIENCE_MS = 20_000;

let browser: Browser;

beforeAll(async () => {
  const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  // As root, which build machines often are, Chromium has no sandbox.
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
});

afterAll(() => browser.close());

export interface Visit {
  page: Page;
  context: BrowserContext;
}

/**
 * Opens a page, hands it to `visit` and checks what holds on every visit: all requests go to the server,
 * there is no cookie, and nothing is logged as an error.
 */
export async function visiting(path: string, options: BrowserContextOptions, visit: (visit: Visit) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: DESK, locale: "de-DE", reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const foreign: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(BASE).origin) {
      foreign.push(request.url());
    }
  });
  page.on("console", (message) => {
    // Chromium logs every answer of 4xx and 5xx as an error; some are made on purpose.
    if (message.type() === "error" && !/status of (4\d\d|50[34])/.test(message.text())) {
      errors.push(message.text());
    }
  });
  page.on("pageerror", (error) => errors.push(error.message));
  try {
    await page.goto(BASE + path);
    await visit({ page, context });
    expect(foreign, "requests to other servers").toEqual([]);
    expect(await context.cookies(), "cookies").toEqual([]);
    expect(errors, "errors in the console").toEqual([]);
  } finally {
    await context.close();
  }
}

/** Visits a page of another site; what it loads of this server is no matter, what is logged as an error is. */
export async function visitingHost(
  url: string,
  options: BrowserContextOptions,
  visit: (visit: Visit & { errors: string[] }) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: DESK, locale: "de-DE", reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    // As above: of answers of 4xx some are made on purpose.
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) {
      errors.push(message.text());
    }
  });
  page.on("pageerror", (error) => errors.push(error.message));
  try {
    await page.goto(url);
    await visit({ page, context, errors });
    expect(await context.cookies(), "cookies").toEqual([]);
    expect(errors, "errors in the console").toEqual([]);
  } finally {
    await context.close();
  }
}

/** Waits until the sites are on the map, and from zoom 15 on the parcels. */
export async function mapReady(page: Page, withParcels = false): Promise<void> {
  await page.waitForSelector(withParcels ? '[data-map][data-state="ready"][data-parcels]' : '[data-map][data-state="ready"]');
}

/** Moves the map by a key, and waits until it stands still: then its view is in the address. */
export async function moveMap(page: Page, key: string): Promise<void> {
  const before = await page.evaluate(() => location.hash);
  await page.keyboard.press(key);
  await page.waitForFunction((old) => location.hash !== old, before);
}

/** Address of the first site in the town's list. */
export async function firstSite(page: Page): Promise<string> {
  const href = await page.locator(".card-title a").first().getAttribute("href");
  if (!href) {
    throw new Error("the list has no site");
  }
  return href;
}

/** Fills in the form of an enquiry, as of a minute ago: nobody is as quick as a test. */
export async function fillIn(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    await page.fill(`[name="${name}"]`, value);
  }
  await page.locator('[name="bogen"]').evaluate((input: HTMLInputElement) => {
    const [second, number] = input.value.split("-");
    input.value = `${Number(second) - 60}-${number}`;
  });
}

/** Keeps a picture where SCREENSHOTS says so: to be looked at, so it need not be exact to the pixel, which takes twice as long. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENSHOTS"];
  if (folder) {
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.jpeg`), type: "jpeg", quality: 85 });
  }
}
