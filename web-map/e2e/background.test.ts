// Base maps through the own server: chosen, kept, credited; and nobody else learns of the visitor.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { BASE, mapReady, NEAR, PHONE, picture, TOWN, visiting } from "./browser.ts";

const publisher = process.env["PUBLISHER_URL"];

/** What the publisher was asked so far. */
async function asked(): Promise<{ url: string; headers: Record<string, string> }[]> {
  return (await (await fetch(`${publisher}/asked`)).json()) as { url: string; headers: Record<string, string> }[];
}

const pictures = (page: Page): Promise<string[]> =>
  page.locator(".leaflet-background-pane img.leaflet-tile-loaded").evaluateAll((images) => images.map((image) => (image as HTMLImageElement).src));

async function choose(page: Page, name: string): Promise<void> {
  const legend = page.locator("details.legend");
  if ((await legend.getAttribute("open")) === null) {
    await legend.locator("summary").click();
  }
  await page.getByLabel(name, { exact: true }).check();
}

test("the first base map is shown, with its credit, and its pictures come from this server", async () => {
  await visiting(TOWN + NEAR, { extraHTTPHeaders: { "x-visitor": "secret" } }, async ({ page }) => {
    await mapReady(page, true);
    await expect.poll(async () => (await pictures(page)).length).toBeGreaterThan(3);
    expect((await pictures(page)).every((src) => src.startsWith(`${BASE}/grundkarte/plan/16/`))).toBe(true);
    expect(await page.locator(".credits p").textContent()).toMatch(/^Plan: © Vermessungsamt \(20\d\d\), plan\.example · /);
    await picture(page, "hintergrund-plan-1280");
    for (const { headers } of await asked()) {
      expect(Object.keys(headers).toSorted()).toEqual(["accept", "host", "user-agent"]);
      expect(headers["user-agent"]).toMatch(/^baulotse\//);
    }
  });
});

test("a picture is asked for once, however many look at it", async () => {
  for (let visitor = 0; visitor < 2; visitor++) {
    await visiting(`${TOWN}#karte=17/51.16/12.94`, {}, async ({ page }) => {
      await mapReady(page, true);
      await expect.poll(async () => (await pictures(page)).length).toBeGreaterThan(3);
    });
  }
  const urls = (await asked()).map(({ url }) => url);
  expect(urls.filter((url) => url.startsWith("/plan/17/")).length).toBeGreaterThan(3);
  expect(urls.length - new Set(urls).size, "asked for again").toBe(0);
});

test("another background is chosen, and kept for the next visit", async () => {
  await visiting(TOWN + NEAR, {}, async ({ page }) => {
    await mapReady(page, true);
    await choose(page, "Luftbild");
    await expect.poll(async () => (await pictures(page)).every((src) => src.includes("/luftbild/"))).toBe(true);
    await picture(page, "hintergrund-luftbild-1280");
    await choose(page, "Einfach");
    expect(await pictures(page)).toEqual([]);
    expect(await page.locator(".credits p").textContent()).not.toContain("Vermessungsamt (20");
    await page.reload();
    await mapReady(page, true);
    await page.waitForSelector(".map-canvas[data-background='']");
    expect(await pictures(page)).toEqual([]);
  });
});

test("on a phone the choice is in the legend", async () => {
  await visiting(`${TOWN}?lang=en${NEAR}`, { viewport: PHONE, hasTouch: true, isMobile: true }, async ({ page }) => {
    await mapReady(page, true);
    await page.waitForSelector(".backgrounds", { state: "attached" });
    await choose(page, "Aerial photo");
    await expect.poll(async () => (await pictures(page)).length).toBeGreaterThan(1);
    await picture(page, "hintergrund-luftbild-390");
    for (const choice of await page.locator(".background-choice").all()) {
      expect((await choice.boundingBox())!.height).toBeGreaterThanOrEqual(24);
    }
  });
});

test("without its pictures the map says so once and goes on", async () => {
  await visiting(TOWN + NEAR, {}, async ({ page, context }) => {
    await context.route("**/grundkarte/plan/**", (route) => route.fulfill({ status: 504 }));
    await page.reload();
    await mapReady(page, true);
    await expect.poll(() => page.locator(".map-warning").textContent()).toContain("nicht zu erreichen");
    await context.unroute("**/grundkarte/plan/**");
    await page.getByRole("button", { name: "Vergrößern" }).click();
    await expect.poll(() => page.locator(".map-warning").isVisible()).toBe(false);
  });
});

test("only what is listed is passed on, and only around the municipalities", async () => {
  const status = async (path: string): Promise<number> => (await fetch(`${BASE}/grundkarte/${path}`)).status;
  expect(await status("plan/16/35122/21894")).toBe(200);
  const refused = ["google/16/35122/21894", "plan/16/33000/21894", "plan/19/280976/175152", "plan/3/4/2", "plan/16/35122/x", "plan/16/35122/21894.png", "..%2F..%2Fetc/1/1/1"];
  for (const path of refused) {
    expect(await status(path), path).toBe(404);
  }
  const urls = (await asked()).map(({ url }) => url);
  expect(urls).toContain("/plan/16/35122/21894.png");
  expect(urls.filter((url) => !/^\/(plan|luftbild)\/\d+\/\d+\/\d+\.png$/.test(url))).toEqual([]);
  expect(urls.filter((url) => refused.some((path) => url === `/${path}.png`))).toEqual([]);
});
