// What holds without a map: list, filter, languages, errors, reflow.
import { expect, test } from "vitest";
import { BASE, firstSite, PHONE, TOWN, visiting } from "./browser.ts";

const WITHOUT_SCRIPT = { javaScriptEnabled: false };

test("without scripts a town is a list that can be filtered, sorted and read", async () => {
  await visiting(TOWN, WITHOUT_SCRIPT, async ({ page }) => {
    const all = await page.locator(".card").count();
    expect(all).toBeGreaterThan(5);
    expect(await page.locator(".map-frame").isVisible()).toBe(false);
    expect(await page.locator("noscript").textContent()).toContain("Die Liste zeigt dieselben Flächen");
    await page.locator("details.filter summary").click();
    await page.fill("#flaeche_min", "500");
    await page.fill("#flaeche_max", "1.500");
    await page.selectOption("#sort", "flaeche");
    await page.click(".filter-form [type=submit]");
    expect(new URL(page.url()).searchParams.get("flaeche_min")).toBe("500");
    const areas = await page.locator(".card-area").allTextContents();
    const numbers = areas.map((area) => Number(area.replace(/\./g, "").replace(/\s*m²/, "")));
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.every((area) => area >= 500 && area <= 1500)).toBe(true);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    await page.locator(".chips a").first().click();
    expect(new URL(page.url()).searchParams.has("flaeche_min")).toBe(false);
    await page.locator(".type").first().click();
    expect(new URL(page.url()).searchParams.getAll("typ")).toEqual(["grundstueck"]);
    await page.locator(".card-title a").first().click();
    expect(await page.locator("h1").count()).toBe(1);
    expect(await page.locator(".notice").textContent()).toContain("Bauvoranfrage");
  });
});

test("with scripts empty fields stay out of the address", async () => {
  await visiting(TOWN, {}, async ({ page }) => {
    await page.locator("details.filter summary").click();
    await page.fill("#preis_max", "45.000");
    await page.click(".filter-form [type=submit]");
    await page.waitForURL(/preis_max/);
    expect(new URL(page.url()).search).toBe("?preis_max=45.000");
  });
});

test("what makes no sense is said beside its field", async () => {
  await visiting(TOWN, WITHOUT_SCRIPT, async ({ page }) => {
    const answer = await page.goto(`${BASE}${TOWN}?flaeche_min=viel`);
    expect(answer?.status()).toBe(400);
    expect(await page.locator(".problems").textContent()).toContain("„viel“ ist keine Zahl");
    expect(await page.locator("#flaeche_min").getAttribute("aria-invalid")).toBe("true");
  });
});

test("a page speaks the visitor's language, and the other one on demand", async () => {
  await visiting("/", { locale: "en-GB" }, async ({ page }) => {
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await page.title()).toContain("Free plots");
    await page.click(".languages a");
    await page.waitForURL(/lang=de/);
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
    expect(await page.locator('link[hreflang="en"]').getAttribute("href")).toMatch(/^http.*lang=en$/);
  });
});

test("an unknown site and an unknown page answer the same", async () => {
  await visiting(TOWN, WITHOUT_SCRIPT, async ({ page }) => {
    const texts: string[] = [];
    for (const path of ["/flaeche/none", "/gemeinde/99999999", "/gemeinde/x", "/flurstueck/x", "/nowhere"]) {
      const answer = await page.goto(BASE + path);
      expect(answer?.status(), path).toBe(404);
      texts.push((await page.locator("main").textContent()) ?? "");
    }
    expect(new Set(texts).size).toBe(1);
  });
});

test("a page that has not changed is not sent again", async () => {
  const first = await fetch(BASE + TOWN);
  const tag = first.headers.get("etag");
  expect(tag).toMatch(/^(W\/)?"/);
  expect(first.headers.get("vary")).toContain("accept-language");
  const second = await fetch(BASE + TOWN, { headers: { "if-none-match": tag! } });
  expect(second.status).toBe(304);
});

test("nothing scrolls sideways on a phone, nor at 400 % zoom", async () => {
  for (const viewport of [PHONE, { width: 320, height: 256 }]) {
    await visiting(TOWN, { viewport }, async ({ page }) => {
      const site = await firstSite(page);
      for (const path of ["/", TOWN, `${TOWN}?flaeche_min=x&typ=brache`, site, "/nowhere"]) {
        await page.goto(BASE + path);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width, `${path} at ${viewport.width}`).toBeLessThanOrEqual(viewport.width);
      }
    });
  }
});

test("the skip link is first and leads to the list", async () => {
  await visiting(TOWN, {}, async ({ page }) => {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Zur Liste");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("#liste") !== null)).toBe(true);
  });
});
