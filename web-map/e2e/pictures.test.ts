// Pictures of what is listed: on the page, in the panel, on cards, and on the sheet to print.
import { expect, test } from "vitest";
import { BASE, DESK, PHONE, TOWN, visiting } from "./browser.ts";

const WITHOUT_SCRIPT = { javaScriptEnabled: false };

/** The first listed site that has pictures. */
async function pictured(): Promise<string> {
  const html = await (await fetch(`${BASE}${TOWN}`)).text();
  const card = html.split("<li class=\"card\"").find((part) => part.includes("card-photo"));
  const path = card && /href="(\/(?:flaeche|gebaeude)\/[^"?]+)/.exec(card)?.[1];
  expect(path, "a listing with a picture").toBeTruthy();
  return path!;
}

test("a page shows its pictures without scripts, at once in the place they take", async () => {
  const path = await pictured();
  for (const viewport of [PHONE, DESK]) {
    await visiting(path, { ...WITHOUT_SCRIPT, viewport }, async ({ page }) => {
      const first = page.locator(".photos img").first();
      await expect.poll(() => first.evaluate((img: HTMLImageElement) => img.complete && img.naturalWidth)).toBeGreaterThan(0);
      const { alt, width, height, box, article } = await first.evaluate((img: HTMLImageElement) => ({
        alt: img.alt,
        width: img.getAttribute("width"),
        height: img.getAttribute("height"),
        box: img.getBoundingClientRect(),
        article: document.querySelector("main")!.getBoundingClientRect().width,
      }));
      expect(alt).toMatch(/^Zeichnung, kein Foto: /);
      expect([width, height]).toEqual(["1200", "800"]);
      // Its shape is known before it is there, and it is no wider than the text.
      expect(Math.abs(box.width / box.height - 1.5)).toBeLessThan(0.02);
      expect(box.width).toBeLessThanOrEqual(article);
      const credit = page.locator(".photos figcaption");
      expect(await credit.textContent()).toContain("CC0");
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
    });
  }
});

test("a browser takes the width it needs, and the link leads to the large one", async () => {
  const path = await pictured();
  const widths: number[] = [];
  await visiting(path, { ...WITHOUT_SCRIPT, viewport: PHONE, deviceScaleFactor: 1 }, async ({ page }) => {
    const first = page.locator(".photos img").first();
    await expect.poll(() => first.evaluate((img: HTMLImageElement) => img.currentSrc)).toContain("/bild/");
    widths.push(Number(/(\d+)\.jpg/.exec(await first.evaluate((img: HTMLImageElement) => img.currentSrc))?.[1]));
    await page.locator(".photos a").first().click();
    expect(page.url()).toMatch(/\/bild\/[^/]+\/1200\.jpg$/);
  });
  await visiting(path, { ...WITHOUT_SCRIPT, viewport: DESK, deviceScaleFactor: 2 }, async ({ page }) => {
    const first = page.locator(".photos img").first();
    await expect.poll(() => first.evaluate((img: HTMLImageElement) => img.currentSrc)).toContain("/bild/");
    widths.push(Number(/(\d+)\.jpg/.exec(await first.evaluate((img: HTMLImageElement) => img.currentSrc))?.[1]));
  });
  expect(widths).toEqual([400, 1200]);
});

test("cards have a small picture each, all but the first loaded when it comes into sight, and none stands for none", async () => {
  await visiting(TOWN, { ...WITHOUT_SCRIPT, viewport: PHONE }, async ({ page }) => {
    const [cards, photos] = [await page.locator(".card").count(), await page.locator(".card-photo").count()];
    expect(photos).toBeGreaterThan(0);
    expect(photos).toBeLessThan(cards);
    expect(await page.locator(".card:first-child .card-photo").getAttribute("loading")).toBeNull();
    for (const photo of await page.locator(".card:not(:first-child) .card-photo").all()) {
      expect(await photo.getAttribute("loading")).toBe("lazy");
    }
    for (const photo of await page.locator(".card-photo").all()) {
      expect((await photo.getAttribute("alt"))!.length).toBeGreaterThan(20);
    }
  });
});

test("where a card is narrow, its picture lies above the text and leaves it the width", async () => {
  await visiting(TOWN, { ...WITHOUT_SCRIPT, viewport: PHONE }, async ({ page }) => {
    const card = page.locator(".card:has(.card-photo)").first();
    const [whole, photo, text] = [await card.boundingBox(), await card.locator("img").boundingBox(), await card.locator(".card-text").boundingBox()];
    expect(photo!.y + photo!.height).toBeLessThanOrEqual(text!.y);
    expect(Math.abs(photo!.width - whole!.width)).toBeLessThan(4);
    expect(text!.width).toBeGreaterThan(200);
  });
  await visiting(TOWN, { ...WITHOUT_SCRIPT, viewport: { width: 1600, height: 900 } }, async ({ page }) => {
    const card = page.locator(".card:has(.card-photo)").first();
    const [photo, text] = [await card.locator("img").boundingBox(), await card.locator(".card-text").boundingBox()];
    expect(photo!.x).toBeGreaterThanOrEqual(text!.x + text!.width);
  });
});

test("the panel of the map shows the pictures of what is selected", async () => {
  const path = await pictured();
  const id = path.split("/").pop()!;
  await visiting(TOWN, {}, async ({ page }) => {
    const card = page.locator(`.card[data-listing$="/${id}"] a`).first();
    expect(await card.getAttribute("href")).toContain(path);
    await card.click();
    await page.locator(".photos img").first().waitFor();
    expect(await page.locator(".photos img").first().getAttribute("src")).toMatch(/^\/bild\/.*\.jpg$/);
  });
});

test("the sheet to print has the first picture and whom to credit", async () => {
  const path = await pictured();
  await visiting(`${path}/expose`, WITHOUT_SCRIPT, async ({ page }) => {
    expect(await page.locator(".paper-photo img").count()).toBe(1);
    expect(await page.locator(".paper-photo figcaption").textContent()).toContain("CC0");
  });
});
