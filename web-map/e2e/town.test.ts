// The face of a municipality: legal pages in the foot of every page (A19), colour, coat of arms, start page, figures.
import { expect, test } from "vitest";
import { BASE, firstSite, PHONE, TOWN, visiting } from "./browser.ts";

const WITHOUT_SCRIPT = { javaScriptEnabled: false };

test("the foot of every page leads to legal notice, privacy, accessibility, reports of barriers and languages", async () => {
  await visiting(TOWN, WITHOUT_SCRIPT, async ({ page }) => {
    const site = await firstSite(page);
    const pages = ["/", TOWN, `${TOWN}/start`, `${TOWN}/zahlen`, "/zahlen", "/suche?suche=lind", "/vergleich", site, `${site}/expose`];
    const errors = ["/nowhere", "/gemeinde/99999999", `${TOWN}/liste.csv?typ=schloss`];
    const checked = new Set<string>();
    for (const path of [...pages, "/ogc/?f=html", `${TOWN}/impressum`, "/impressum", ...errors]) {
      await page.goto(BASE + path);
      const links = page.locator(".legal a");
      const hrefs = await links.evaluateAll((found) => found.map((link) => (link as HTMLAnchorElement).href));
      const paths = hrefs.map((href) => new URL(href).pathname.split("/").at(-1));
      expect(paths.slice(0, 4), path).toEqual(["impressum", "datenschutz", "barrierefreiheit", "barrierefreiheit"]);
      expect(hrefs[3], path).toContain("#melden");
      const languages = await links.evaluateAll((found) => found.slice(4).map((link) => (link as HTMLAnchorElement).hreflang));
      // The API for programs is not put into Leichte Sprache.
      expect(languages, path).toEqual(path.startsWith("/ogc") ? ["en"] : ["en", "de-x-leicht"]);
      hrefs.slice(0, 4).forEach((href) => checked.add(href));
    }
    // The server's own and the town's.
    expect(checked.size).toBe(8);
    for (const href of checked) {
      expect((await fetch(href)).status, href).toBe(200);
      await page.goto(href);
      expect(await page.locator("h1").count(), href).toBe(1);
      const { hash } = new URL(href);
      if (hash) {
        expect(await page.locator(hash).count(), href).toBe(1);
      }
    }
  });
});

test("a town says what it has to, and where it says nothing that is said", async () => {
  await visiting(`${TOWN}/impressum`, WITHOUT_SCRIPT, async ({ page }) => {
    expect(await page.locator(".legal-own").textContent()).toContain("Beispieltext");
    await page.goto(`${BASE}${TOWN}/barrierefreiheit?lang=en`);
    expect(await page.locator(".legal-own").getAttribute("lang")).toBe("de");
    const mail = new URL((await page.locator("#melden a").getAttribute("href"))!);
    expect(mail.protocol + mail.pathname).toBe("mailto:bauamt@leisnig.example.org");
    expect(mail.searchParams.get("subject")).toBe("Barrier on the pages of Leisnig");
    await page.goto(`${BASE}/gemeinde/02000000/impressum`);
    expect(await page.locator(".legal-missing").textContent()).toContain("noch keinen eigenen Text");
    await page.goto(`${BASE}/datenschutz`);
    expect(await page.locator(".prose").textContent()).toContain("keine Cookies");
    await page.locator(".towns a", { hasText: "Leisnig" }).click();
    expect(new URL(page.url()).pathname).toBe(`${TOWN}/datenschutz`);
  });
});

test("what the privacy page says of the browser is so", async () => {
  await visiting(TOWN, {}, async ({ page, context }) => {
    await page.waitForSelector('[data-map][data-state="ready"]');
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
    expect(await context.cookies()).toEqual([]);
  });
});

test.each(["light", "dark"] as const)("the pages of a town have its colour and coat of arms, %s", async (colorScheme) => {
  await visiting(TOWN, { colorScheme, viewport: PHONE }, async ({ page }) => {
    const style = (path: string) =>
      page.goto(BASE + path).then(() =>
        page.evaluate(() => ({
          masthead: getComputedStyle(document.querySelector(".masthead")!).backgroundColor,
          accent: getComputedStyle(document.documentElement).getPropertyValue("--accent").trim(),
        })),
      );
    const [own, common] = [await style(`${TOWN}/start`), await style("/")];
    expect(own.masthead).toBe("rgb(109, 36, 64)");
    expect(own.accent).not.toBe(common.accent);
    expect(common.masthead).not.toBe(own.masthead);
    await page.goto(`${BASE}${TOWN}/start`);
    const arms = page.locator(".face-arms");
    expect(await arms.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0)).toBe(true);
    const answer = await fetch(BASE + (await arms.getAttribute("src")));
    expect(answer.headers.get("content-type")).toBe("image/svg+xml");
    expect(answer.headers.get("content-security-policy")).toContain("sandbox");
  });
});

test("the start page of a town leads to what it counts", async () => {
  await visiting(`${TOWN}/start`, WITHOUT_SCRIPT, async ({ page }) => {
    expect(await page.locator("h1").textContent()).toBe("Leben in Leisnig");
    expect(await page.locator('link[rel="canonical"]').getAttribute("href")).toMatch(/\/gemeinde\/14522310\/start$/);
    const data = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent())!);
    expect(data).toMatchObject({ "@type": "CollectionPage", about: { name: "Leisnig" } });
    for (const figure of [".figure", ".places a"]) {
      await page.goto(`${BASE}${TOWN}/start`);
      const count = await page.locator(`${figure} :is(.figure-count, .type-count)`).first().textContent();
      await page.locator(figure).first().click();
      expect(await page.locator("#liste-titel").textContent()).toMatch(new RegExp(`^${count} Fläche`));
    }
    await page.locator(".crumbs a").last().click();
    expect(new URL(page.url()).pathname).toBe(`${TOWN}/start`);
    expect(await page.locator(".welcome-cards .card").count()).toBe(6);
  });
});

test("bars, table and file count the same as the list", async () => {
  await visiting(`${TOWN}?grundlage=offer&grundlage=consent`, WITHOUT_SCRIPT, async ({ page }) => {
    const count = Number((await page.locator("#liste-titel").textContent())!.match(/^\d+/)![0]);
    await page.getByRole("link", { name: "Zahlen und Diagramme" }).click();
    expect(await page.locator(".lead").textContent()).toContain(`${count} Flächen`);
    const sum = (texts: string[]) => texts.reduce((total, text) => total + Number(text), 0);
    for (const id of ["art", "ort"]) {
      const chart = page.locator(`.chart[aria-labelledby="${id}"]`);
      expect(sum(await chart.locator(".bar-value").allTextContents()), id).toBe(count);
      await chart.locator("summary").click();
      const column = id === "art" ? 1 : (await chart.locator("thead th").count()) - 3;
      const cells = await chart.locator(`tbody tr > :nth-child(${column + 1})`).allTextContents();
      expect(sum(cells), `${id} in the table`).toBe(count);
    }
    const csv = await (await fetch(BASE + (await page.locator(".exports a").getAttribute("href")))).text();
    const rows = csv.trim().split("\n").map((row) => row.split(";"));
    expect(sum(rows.filter(([figure]) => figure === "art").map((row) => row[3]!))).toBe(count);
    const first = page.locator(".bars a").first();
    const value = await page.locator(".bar-value").first().textContent();
    await first.click();
    expect(await page.locator("#liste-titel").textContent()).toMatch(new RegExp(`^${value} Fläche`));
  });
  expect((await fetch(`${BASE}/zahlen?typ=schloss`)).status).toBe(400);
});
