// The pages and their states that are checked, and what axe says of each in every language, width and scheme of colours.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { BASE, DESK, fillIn, firstSite, mapReady, NEAR, PHONE, picture, TOWN, visiting } from "./browser.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "EN-301-549"];

let site = "";
let parcel = "";
let building = "";

beforeAll(async () => {
  await visiting(TOWN, { javaScriptEnabled: false }, async ({ page }) => {
    site = await firstSite(page);
  });
  await visiting(`${TOWN}?typ=hof`, { javaScriptEnabled: false }, async ({ page }) => {
    building = (await page.locator('.card-title a[href^="/gebaeude/"]').first().getAttribute("href"))!;
  });
  const answer = await fetch(`${BASE}/ogc/collections/parcels/items?bbox=12.92,51.15,12.94,51.16&limit=1`);
  const { features } = (await answer.json()) as { features: { id: string }[] };
  parcel = `/flurstueck/${features[0]!.id}`;
});

const idOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).replace(/[?#].*/, "");

interface State {
  name: string;
  path(): string;
  prepare?(page: Page): Promise<void>;
}

async function openPanel(page: Page): Promise<void> {
  await mapReady(page, true);
  await page.locator(".map-canvas").focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector(".panel [data-detail]");
}

const STATES: State[] = [
  { name: "start", path: () => "/" },
  { name: "gemeinde", path: () => TOWN },
  {
    name: "filter",
    path: () => `${TOWN}?typ=wohnhaus&flaeche_min=viel&ortsteil=Leisnig`,
    // Not the orders: their menu lies over the list, and which links it covers by half depends on what is listed.
    prepare: (page) =>
      page.locator("details.filter, details.facet").evaluateAll((all) => {
        for (const details of all as HTMLDetailsElement[]) {
          details.open = true;
        }
      }),
  },
  { name: "leer", path: () => `${TOWN}?preis_max=1` },
  { name: "suche", path: () => "/suche?suche=lind" },
  { name: "suche-leer", path: () => "/suche?suche=gibt-es-nicht" },
  { name: "karte", path: () => TOWN + NEAR, prepare: (page) => mapReady(page, true) },
  {
    name: "legende",
    path: () => TOWN + NEAR,
    prepare: async (page) => {
      await mapReady(page, true);
      await page.locator(".legend summary").click();
    },
  },
  { name: "blatt", path: () => TOWN + NEAR, prepare: openPanel },
  {
    name: "zeichnen",
    path: () => TOWN + NEAR,
    prepare: async (page) => {
      await mapReady(page, true);
      await page.locator(".map-button").last().click();
      await page.waitForSelector(".draw-bar");
      await page.locator('.draw-mode [value="circle"]').check({ force: true });
      await page.locator(".map-canvas").press("Enter");
      await page.waitForFunction(() => document.querySelector(".draw-figures")?.textContent?.includes("·"));
    },
  },
  { name: "flaeche", path: () => site, prepare: (page) => mapReady(page) },
  { name: "gebaeude", path: () => building, prepare: (page) => mapReady(page) },
  { name: "expose", path: () => `${site}/expose` },
  { name: "flurstueck", path: () => parcel, prepare: (page) => mapReady(page) },
  { name: "vergleich", path: () => `/vergleich?id=${idOf(site)}&id=${idOf(building)}` },
  { name: "einbettung", path: () => "/embed/14522310", prepare: (page) => mapReady(page) },
  { name: "einbettung-karte", path: () => `/embed/14522310?ui=karte${NEAR}`, prepare: (page) => mapReady(page, true) },
  { name: "einbettung-liste", path: () => "/embed/14522310?ui=liste&theme=dunkel" },
  { name: "einbetten", path: () => `${TOWN}/einbetten?groesse=klein` },
  {
    name: "einbetten-dialog",
    path: () => TOWN,
    prepare: async (page) => {
      await page.waitForSelector("html[data-script]");
      await page.locator("a[data-embed]").click();
      await page.waitForSelector("dialog[open] textarea");
    },
  },
  { name: "stadt", path: () => `${TOWN}/start` },
  { name: "zahlen", path: () => `${TOWN}/zahlen` },
  {
    name: "zahlen-alle",
    path: () => "/zahlen?typ=grundstueck&typ=wohnhaus",
    prepare: (page) =>
      page.locator(".chart-table").evaluateAll((all) => {
        for (const details of all as HTMLDetailsElement[]) {
          details.open = true;
        }
      }),
  },
  { name: "impressum", path: () => `${TOWN}/impressum` },
  { name: "datenschutz", path: () => "/datenschutz" },
  { name: "barrierefreiheit", path: () => `${TOWN}/barrierefreiheit` },
  { name: "fehler", path: () => "/nirgends" },
  { name: "anfrage", path: () => `/anfrage${site}` },
  {
    name: "anfrage-fehler",
    path: () => `/anfrage${site}`,
    prepare: async (page) => {
      await fillIn(page, { mail: "erika@", telefon: "bitte anrufen" });
      await page.click(".enquiry [type=submit]");
      await page.waitForSelector(".problems");
    },
  },
  {
    name: "eingang",
    path: () => `/anfrage${site}`,
    prepare: async (page) => {
      await fillIn(page, { nachricht: "Ist sie noch frei?", mail: "erika@example.org" });
      await page.click(".enquiry [type=submit]");
      await page.waitForSelector(".receipt");
    },
  },
];

const inLanguage = (path: string, language: string): string => {
  const url = new URL(path, BASE);
  url.searchParams.set("lang", language);
  return url.pathname + url.search + url.hash;
};

async function violations(page: Page): Promise<string[]> {
  // What a preview shows is a state of its own; read together, both pages' landmarks would be each other's doubles.
  // So one frame is all there is to read, and axe need not put frames together on a page of its own.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).withTags(TAGS).exclude("iframe").setLegacyMode();
  const { violations: found } = await axe.analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

type Scheme = "light" | "dark" | "forced";

/** Every state on a phone. */
export function onPhone(language: string): void {
  test.each(STATES)("$name has no violation at 390 px", async ({ name, path, prepare }) => {
    await visiting(inLanguage(path(), language), { viewport: PHONE, hasTouch: true }, async ({ page }) => {
      await prepare?.(page);
      await picture(page, `${name}-390-${language}`);
      expect(await violations(page)).toEqual([]);
    });
  });
}

/** Every state at a desk, in each of these schemes: the page stays, as it does when the visitor's evening begins. */
export function atDesk(language: string, schemes: Scheme[] = ["light"]): void {
  test.each(STATES)(`$name has no violation at 1280 px, ${schemes.join(", ")}`, async ({ name, path, prepare }) => {
    await visiting(inLanguage(path(), language), { viewport: DESK }, async ({ page }) => {
      await prepare?.(page);
      for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme === "dark" ? "dark" : "light", forcedColors: scheme === "forced" ? "active" : "none" });
        await picture(page, `${name}-1280-${scheme === "light" ? language : scheme}`);
        expect(await violations(page), scheme).toEqual([]);
      }
    });
  });
}
