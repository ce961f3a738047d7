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
    await page.locator("details.filter > summary").click();
    await page.fill("#flaeche_min", "500");
    await page.fill("#flaeche_max", "1.500");
    await page.click(".filter-form [type=submit]");
    expect(new URL(page.url()).searchParams.get("flaeche_min")).toBe("500");
    await page.locator("details.sort summary").click();
    await page.getByRole("link", { name: "Kleinste zuerst" }).click();
    expect(new URL(page.url()).searchParams.get("sort")).toBe("flaeche");
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

test("every count beside a choice is what the choice then gives", async () => {
  await visiting(`${TOWN}?typ=wohnhaus`, WITHOUT_SCRIPT, async ({ page }) => {
    await page.locator("details.filter > summary").click();
    const facet = page.locator("details.facet", { hasText: "Zustand des Gebäudes" });
    await facet.locator("summary").click();
    const choice = facet.locator(".choice").first();
    const count = Number(await choice.locator(".choice-count").textContent());
    expect(count).toBeGreaterThan(0);
    await choice.click();
    await page.click(".filter-form [type=submit]");
    expect(new URL(page.url()).searchParams.getAll("zustand")).toHaveLength(1);
    expect(new URL(page.url()).searchParams.get("typ")).toBe("wohnhaus");
    expect(await page.locator("#liste-titel").textContent()).toMatch(new RegExp(`^${count} Fläche`));
  });
});

test("an empty result says which filter to leave out, and what that gives", async () => {
  await visiting(`${TOWN}?preis_max=1&typ=wohnhaus`, WITHOUT_SCRIPT, async ({ page }) => {
    const first = page.locator(".relax a").first();
    const count = await first.locator("strong").textContent();
    await first.click();
    expect(await page.locator("#liste-titel").textContent()).toContain(count!);
    expect(await page.locator(".card").count()).toBeGreaterThan(0);
  });
});

test("a parcel number finds every candidate with its district", async () => {
  await visiting(TOWN, WITHOUT_SCRIPT, async ({ page }) => {
    await page.fill("#suche", "1/2");
    await page.getByRole("button", { name: "Suchen" }).click();
    const details = await page.locator(".hits span").allTextContents();
    expect(details.length).toBeGreaterThan(3);
    expect(details.every((detail) => detail.startsWith("Gemarkung "))).toBe(true);
    await page.locator(".hits a").first().click();
    expect(await page.locator("h1").textContent()).toBe("Flurstück 1/2");
    expect(await page.locator(".plan-drawing").isVisible()).toBe(true);
  });
  const answer = (await (await fetch(`${BASE}/api/search?q=Tragnitz&lang=de`)).json()) as { results: { kind: string; bbox: number[] }[] };
  expect(answer.results[0]).toMatchObject({ kind: "locality" });
  expect(answer.results[0]!.bbox).toHaveLength(4);
  expect((await fetch(`${BASE}/api/search?q=x&colour=red`)).status).toBe(400);
  expect((await fetch(`${BASE}/api/search`)).status).toBe(400);
});

test("table, collection and feed hold exactly what the list shows", async () => {
  const query = "?typ=hof&sort=name";
  await visiting(TOWN + query, WITHOUT_SCRIPT, async ({ page }) => {
    const titles = await page.locator(".card-title").allTextContents();
    const links = await page.locator(".exports a").evaluateAll((found) => found.map((link) => link.getAttribute("href")!));
    const [csv, geojson, , feed] = await Promise.all(links.map(async (href) => (await fetch(BASE + href)).text()));
    const rows = csv!.trim().split("\n").slice(1);
    expect(rows.map((row) => row.split(";")[2]!.replace(/^"|"$/g, ""))).toEqual(titles);
    expect(rows.every((row) => row.includes("Bauvoranfrage"))).toBe(true);
    const collection = JSON.parse(geojson!) as { notice: string; features: { title: string }[] };
    expect(collection.features.map(({ title }) => title)).toEqual(titles);
    expect(collection.notice).toContain("Bauvoranfrage");
    expect(await page.locator('link[type="application/atom+xml"]').getAttribute("href")).toBe(links[3]);
    const inFeed = await page.evaluate((xml) => {
      const read = new DOMParser().parseFromString(xml, "application/xml");
      return [...read.querySelectorAll("entry > title, parsererror")].map((title) => title.textContent);
    }, feed!);
    expect(inFeed.toSorted()).toEqual(titles.toSorted());
    expect(feed).toContain("Bauvoranfrage");
  });
  expect((await fetch(`${BASE}${TOWN}/liste.csv?typ=schloss`)).status).toBe(400);
});

test("a page puts into words what may be built, what to do next and whom to ask", async () => {
  await visiting(`${TOWN}?typ=grundstueck&grundlage=offer`, WITHOUT_SCRIPT, async ({ page }) => {
    await page.goto(BASE + (await firstSite(page)));
    expect(await page.locator(".fact-area_m2").textContent()).toContain("etwa so groß wie");
    expect(await page.locator(".explain").first().textContent()).toContain("Was darf man hier bauen?");
    expect(await page.locator(".steps ol > li").count()).toBe(5);
    expect(await page.locator(".nearby dd").first().textContent()).toMatch(/\d/);
    expect(await page.locator(".contact a[href^='mailto:']").getAttribute("href")).toContain("&body=");
    expect(await page.locator(".plan-drawing").getAttribute("aria-label")).toContain("Lageplan");
    await page.getByRole("link", { name: "Exposé drucken" }).click();
    expect(await page.locator(".qr").isVisible()).toBe(true);
  });
});

test("an exposé prints on one sheet A4", async () => {
  await visiting(`${TOWN}?grundlage=offer`, {}, async ({ page }) => {
    const card = page.locator(".card-title a");
    for (const href of await card.evaluateAll((links) => links.slice(0, 4).map((link) => link.getAttribute("href")!))) {
      await page.goto(`${BASE}${href}/expose`);
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
      expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g), href).toHaveLength(1);
    }
  });
});

test("with scripts empty fields stay out of the address", async () => {
  await visiting(TOWN, {}, async ({ page }) => {
    await page.locator("details.filter > summary").click();
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

test("to search engines each language's address stands for itself, whatever the browser prefers", async () => {
  for (const locale of ["de-DE", "en-GB"]) {
    await visiting("/", { ...WITHOUT_SCRIPT, locale }, async ({ page }) => {
      for (const path of ["/", TOWN, `${TOWN}/start`, `${TOWN}/zahlen`]) {
        for (const query of ["", "?lang=de", "?lang=en"]) {
          await page.goto(BASE + path + query);
          const href = async (selector: string) => page.locator(selector).getAttribute("href");
          expect(await href("link[rel=canonical]"), `${locale} ${path}${query}`).toBe(BASE + path + query);
          for (const [tag, own] of [["x-default", ""], ["de", "?lang=de"], ["en", "?lang=en"]]) {
            expect(await href(`link[rel=alternate][hreflang="${tag}"]`)).toBe(BASE + path + own);
          }
        }
      }
    });
  }
});

test("an unknown site and an unknown page answer the same", async () => {
  await visiting(TOWN, WITHOUT_SCRIPT, async ({ page }) => {
    const texts: string[] = [];
    for (const path of ["/flaeche/none", "/gemeinde/99999999", "/gemeinde/x", "/flurstueck/x", "/gebaeude/x", "/flaeche/none/expose", "/anfrage/flaeche/none", "/nowhere"]) {
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
      for (const path of ["/", TOWN, `${TOWN}?flaeche_min=x&typ=brache`, "/suche?suche=1/2", site, `${site}/expose`, `/anfrage${site}`, `${TOWN}/start`, `${TOWN}/zahlen`, `${TOWN}/datenschutz`, "/nowhere"]) {
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

test("what was remembered is compared side by side, also where a phone is narrow", async () => {
  const ids: string[] = [];
  for (const kind of ["grundstueck", "wohnhaus"]) {
    await visiting(`${TOWN}?typ=${kind}`, WITHOUT_SCRIPT, async ({ page }) => {
      const path = (await page.locator(".card-title a").first().getAttribute("href"))!;
      ids.push(path.split("/")[2]!.replace(/[?#].*/, ""));
    });
  }
  const query = [...ids, ids[0], "gibt-es-nicht"].map((id) => `id=${id}`).join("&");
  await visiting(`/vergleich?${query}`, { ...WITHOUT_SCRIPT, viewport: PHONE }, async ({ page }) => {
    expect(await page.locator(".compare thead th").count()).toBe(2);
    expect(await page.locator(".compare tbody tr").count()).toBeGreaterThan(3);
    expect(await page.locator(".lead").textContent()).toContain("1 Fläche wird nicht gezeigt");
    expect(await page.locator(".notice").textContent()).toContain("Bauvoranfrage");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    await page.locator(".compare thead a").first().click();
    expect(page.url()).toContain(ids[0]!);
  });
  await visiting("/vergleich", WITHOUT_SCRIPT, async ({ page }) => {
    expect(await page.locator(".compare").count()).toBe(0);
    expect(await page.locator(".lead").textContent()).toContain("zwei bis vier");
  });
});
