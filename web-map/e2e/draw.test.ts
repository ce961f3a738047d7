// Drawing an area: by mouse, by touch, by keyboard; corners, freehand, circle, district.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { DESK, mapReady, moveMap, PHONE, picture, TOWN, visiting } from "./browser.ts";

const FAR = "#karte=14/51.158/12.93";
const WORDS = {
  de: { draw: "Gebiet zeichnen", finish: "Flächen zeigen", undo: "Ecke zurück", clear: "Leeren", remove: "Gebiet aufheben", close: "Zeichnen abbrechen" },
  en: { draw: "Draw an area", finish: "Show sites", undo: "Undo corner", clear: "Clear", remove: "Remove area", close: "Stop drawing" },
};
type Language = keyof typeof WORDS;

const path = (language: Language, query = ""): string => `${TOWN}?lang=${language}${query}${FAR}`;

async function start(page: Page, language: Language): Promise<void> {
  await mapReady(page);
  await page.getByRole("button", { name: WORDS[language].draw }).click();
  await page.waitForSelector(".draw-bar");
}

const button = (page: Page, name: string): ReturnType<Page["getByRole"]> => page.getByRole("button", { name, exact: true });

/** Sites and parcels that the bar says lie in the area. */
async function figures(page: Page): Promise<[sites: number, parcels: number]> {
  await page.waitForFunction(() => /\d.*·.*\d/.test(document.querySelector(".draw-figures")?.textContent ?? ""));
  const [sites, parcels] = (await page.locator(".draw-figures").textContent())!.split("·");
  const number = (text: string): number => Number(/[\d.,]*\d/.exec(text)![0].replace(/[.,]/g, ""));
  return [number(sites!), number(parcels!)];
}

const limits = (page: Page): URLSearchParams => new URL(page.url()).searchParams;

async function listed(page: Page): Promise<number> {
  return Number(/\d+/.exec((await page.locator(".results-count").textContent())!)?.[0] ?? "0");
}

/** Corners of an area around the town's middle, in pixels of the page. */
async function corners(page: Page, spread: number): Promise<[number, number][]> {
  const box = (await page.locator(".map-canvas").boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height * 0.45];
  return [[x - spread, y - spread * 0.6], [x + spread, y - spread * 0.7], [x + spread * 0.9, y + spread * 0.8], [x - spread * 0.8, y + spread * 0.6]];
}

describe.each(["de", "en"] as const)("in %s", (language) => {
  const words = WORDS[language];

  test("by mouse: corners, one taken back, counts at once, and the list is limited to them", async () => {
    await visiting(path(language), { viewport: DESK }, async ({ page }) => {
      const all = await listed(page);
      await start(page, language);
      expect(await button(page, words.finish).getAttribute("aria-disabled")).toBe("true");
      const [first, ...rest] = await corners(page, 160);
      await page.mouse.click(...first!);
      for (const corner of rest) {
        await page.mouse.click(...corner);
      }
      const [sites, parcels] = await figures(page);
      expect(sites).toBeGreaterThan(0);
      expect(parcels).toBeGreaterThan(sites);
      await picture(page, `gebiet-ecken-1280-${language}`);
      const before = await page.locator(".draw-figures").textContent();
      await button(page, words.undo).click();
      expect(await page.locator("[data-map]").getAttribute("data-corners")).toBe("3");
      await page.waitForFunction((old) => document.querySelector(".draw-figures")!.textContent !== old, before);
      const [fewer] = await figures(page);
      expect(fewer).toBeLessThanOrEqual(sites);
      await button(page, words.finish).click();
      await page.waitForURL(/gebiet=/);
      expect(limits(page).get("gebiet")!.split(",")).toHaveLength(6);
      expect(fewer).toBeLessThan(all);
      await expect.poll(() => listed(page)).toBe(fewer);
      await picture(page, `gebiet-liste-1280-${language}`);
      await page.reload();
      await mapReady(page);
      expect(await listed(page)).toBe(fewer);
      expect(await page.locator("path.shape-line").count()).toBe(1);
      await page.getByRole("button", { name: words.remove }).click();
      await expect.poll(() => listed(page)).toBe(all);
      expect(limits(page).has("gebiet")).toBe(false);
    });
  });

  test("by touch: corners on a phone, the first one closes the area", async () => {
    await visiting(path(language), { viewport: PHONE, hasTouch: true, isMobile: true }, async ({ page }) => {
      await start(page, language);
      const [first, ...rest] = await corners(page, 90);
      for (const corner of [first!, ...rest]) {
        await page.touchscreen.tap(...corner);
        // Two taps at once are a zoom.
        await page.waitForTimeout(350);
      }
      const [sites] = await figures(page);
      await picture(page, `gebiet-ecken-390-${language}`);
      await page.touchscreen.tap(first![0] + 4, first![1] + 4);
      await page.waitForURL(/gebiet=/);
      expect(limits(page).get("gebiet")!.split(",")).toHaveLength(8);
      expect(await page.locator(".draw-bar").count()).toBe(0);
      await page.waitForFunction((count) => document.querySelector(".shape-count")?.textContent?.includes(String(count)), sites);
      await picture(page, `gebiet-liste-390-${language}`);
    });
  });

  test("by keyboard alone: cross-hair and Enter, Backspace, Escape", async () => {
    await visiting(path(language), { viewport: DESK }, async ({ page }) => {
      await mapReady(page);
      await page.getByRole("button", { name: words.draw }).focus();
      await page.keyboard.press("Enter");
      await page.waitForSelector(".draw-bar");
      const count = (): Promise<string | null> => page.locator("[data-map]").getAttribute("data-corners");
      // The map has the focus; arrows move it under the cross-hair.
      const moves = [["ArrowRight"], ["ArrowDown", "ArrowDown"], ["ArrowLeft", "ArrowLeft"], ["ArrowUp"]];
      for (const [index, keys] of moves.entries()) {
        await page.keyboard.press("Enter");
        await expect.poll(count).toBe(String(index + 1));
        for (const key of keys) {
          await moveMap(page, key);
        }
      }
      expect(await page.locator(".map-frame > [role=status]").textContent()).toContain("4");
      await page.keyboard.press("Backspace");
      expect(await count()).toBe("3");
      const [, parcels] = await figures(page);
      expect(parcels).toBeGreaterThan(0);
      await page.keyboard.press("Escape");
      expect(await page.locator(".draw-bar").count()).toBe(0);
      expect(await page.evaluate(() => document.activeElement?.className)).toContain("map-canvas");
      expect(limits(page).has("gebiet")).toBe(false);
      // Once more, to the end: Tab goes from the map to the bar.
      await page.getByRole("button", { name: words.draw }).press("Enter");
      await page.waitForSelector(".draw-bar");
      for (const keys of moves) {
        await page.keyboard.press("Enter");
        for (const key of keys) {
          await moveMap(page, key);
        }
      }
      await button(page, words.finish).focus();
      await page.keyboard.press("Enter");
      await page.waitForURL(/gebiet=/);
    });
  });

  test("a circle around a place and a district need no dragging", async () => {
    await visiting(path(language), { viewport: DESK }, async ({ page }) => {
      await start(page, language);
      await page.locator('.draw-mode [value="circle"]').check({ force: true });
      await page.locator(".map-canvas").focus();
      await page.keyboard.press("Enter");
      const [small] = await figures(page);
      await page.selectOption("#draw-radius", "2000");
      await expect.poll(async () => (await figures(page))[0]).toBeGreaterThan(small);
      await picture(page, `gebiet-umkreis-1280-${language}`);
      await button(page, words.finish).click();
      await page.waitForURL(/umkreis=/);
      expect(limits(page).get("umkreis")).toMatch(/^12\.9\d*,51\.15\d*,2000$/);
      await page.getByRole("button", { name: words.draw }).click();
      expect(await page.locator('.draw-mode [value="circle"]').isChecked()).toBe(true);
      await page.locator('.draw-mode [value="district"]').check({ force: true });
      await page.selectOption("#draw-district", { label: "Leisnig" });
      expect((await figures(page))[0]).toBeGreaterThan(10);
      await picture(page, `gebiet-gemarkung-1280-${language}`);
      await button(page, words.finish).click();
      await page.waitForURL(/gebiet=/);
      expect(limits(page).has("umkreis")).toBe(false);
    });
  });
});

test("freehand: a stroke is an area, a crossed one is refused in words", async () => {
  await visiting(path("de"), { viewport: DESK }, async ({ page }) => {
    await start(page, "de");
    await page.locator('.draw-mode [value="freehand"]').check({ force: true });
    const [a, b, c, d] = (await corners(page, 120)) as [[number, number], [number, number], [number, number], [number, number]];
    const before = await page.evaluate(() => location.hash);
    const stroke = async (points: [number, number][]): Promise<void> => {
      await page.mouse.move(...points[0]!);
      await page.mouse.down();
      for (const point of points.slice(1)) {
        await page.mouse.move(...point, { steps: 12 });
      }
      await page.mouse.up();
    };
    await stroke([a, c, b, d]);
    expect(await page.locator(".draw-help").textContent()).toContain("kreuzt sich");
    expect(await button(page, "Flächen zeigen").getAttribute("aria-disabled")).toBe("true");
    await stroke([a, b, c, d]);
    expect((await figures(page))[0]).toBeGreaterThan(0);
    await picture(page, "gebiet-freihand-1280");
    // The map has not moved.
    expect(await page.evaluate(() => location.hash)).toBe(before);
    await button(page, "Leeren").click();
    expect(await page.locator("[data-map]").getAttribute("data-corners")).toBe("0");
    await button(page, "Zeichnen abbrechen").click();
    const box = (await page.locator(".map-canvas").boundingBox())!;
    await page.mouse.move(box.x + 500, box.y + 400);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 300, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => page.evaluate(() => location.hash)).not.toBe(before);
  });
});

test("the figures are of the area as it is now, whatever was asked before", async () => {
  await visiting(path("de"), { viewport: DESK }, async ({ page, context }) => {
    await start(page, "de");
    // The first answer is late; the bar must not go back to it.
    let isFirst = true;
    await context.route("**/api/figures", async (route) => {
      const isLate = isFirst && route.request().postData()!.includes('"parcels"');
      isFirst &&= !isLate;
      await new Promise((resolve) => setTimeout(resolve, isLate ? 1500 : 0));
      await route.continue().catch(() => {
        // Given up meanwhile.
      });
    });
    const points = await corners(page, 140);
    for (const corner of points.slice(0, 3)) {
      await page.mouse.click(...corner);
    }
    await page.waitForRequest("**/api/figures");
    await page.mouse.click(...points[3]!);
    const answer = await page.waitForResponse(
      (response) => response.url().endsWith("/api/figures") && response.request().postData()!.includes('"parcels"'),
    );
    const { matched } = (await answer.json()) as { matched: number };
    expect((await figures(page))[1]).toBe(matched);
    await page.waitForTimeout(1600);
    expect((await figures(page))[1]).toBe(matched);
  });
});

test("a list that is filtered counts only what passes the filter", async () => {
  await visiting(path("de", "&typ=hof"), { viewport: DESK }, async ({ page }) => {
    const all = await listed(page);
    await start(page, "de");
    const [a, b, c, d] = await corners(page, 250);
    for (const corner of [a!, b!, c!, d!]) {
      await page.mouse.click(...corner);
    }
    expect((await figures(page))[0]).toBeLessThanOrEqual(all);
  });
});
