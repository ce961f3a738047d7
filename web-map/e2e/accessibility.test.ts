// axe on every page, state, width and language; pictures of each.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
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
  const { violations: found } = await new AxeBuilder({ page }).withTags(TAGS).exclude("iframe").analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

describe.each(["de", "en"])("in %s", (language) => {
  describe.each([
    ["390", PHONE],
    ["1280", DESK],
  ] as const)("at %s px", (width, viewport) => {
    test.each(STATES)("$name has no violation", async ({ name, path, prepare }) => {
      const isPhone = viewport === PHONE;
      await visiting(inLanguage(path(), language), { viewport, hasTouch: isPhone }, async ({ page }) => {
        await prepare?.(page);
        await picture(page, `${name}-${width}-${language}`);
        expect(await violations(page)).toEqual([]);
      });
    });
  });
});

test.each(STATES)("$name in Leichte Sprache has no violation", async ({ name, path, prepare }) => {
  await visiting(inLanguage(path(), "leicht"), { viewport: PHONE, hasTouch: true }, async ({ page }) => {
    await prepare?.(page);
    await picture(page, `${name}-390-leicht`);
    expect(await violations(page)).toEqual([]);
  });
});

describe.each(["dark", "forced"])("%s colours", (scheme) => {
  test.each(STATES)("$name has no violation", async ({ name, path, prepare }) => {
    const options = scheme === "dark" ? { colorScheme: "dark" as const } : { forcedColors: "active" as const };
    await visiting(path(), options, async ({ page }) => {
      await prepare?.(page);
      await picture(page, `${name}-1280-${scheme}`);
      expect(await violations(page)).toEqual([]);
    });
  });
});

test("focus is never hidden behind the bars of a phone", async () => {
  await visiting(TOWN, { viewport: PHONE }, async ({ page }) => {
    for (let stop = 0; stop < 20; stop++) {
      await page.keyboard.press("Tab");
      const isSeen = await page.evaluate(() => {
        const focused = document.activeElement;
        if (!focused || focused === document.body) {
          return true;
        }
        const { x, y, width, height } = focused.getBoundingClientRect();
        const top = document.elementFromPoint(x + width / 2, y + height / 2);
        return top !== null && (focused.contains(top) || top.contains(focused) || top.closest("li, label") === focused.closest("li, label"));
      });
      expect(isSeen, `stop ${stop}`).toBe(true);
    }
  });
});
