// The map by mouse, touch and keyboard.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { DESK, firstSite, mapReady, NEAR, PHONE, picture, TOWN, visiting } from "./browser.ts";

const visibleBadge = (page: Page): Promise<{ x: number; y: number }> => visible(page, ".badge-map");

/** The middle of the first one on the map that nothing covers. */
async function visible(page: Page, selector: string): Promise<{ x: number; y: number }> {
  const found = await page.evaluate((wanted) => {
    const canvas = document.querySelector(".map-canvas")!.getBoundingClientRect();
    for (const badge of document.querySelectorAll(wanted)) {
      const { x, y, width, height } = badge.getBoundingClientRect();
      const at = { x: x + width / 2, y: y + height / 2 };
      const isInside = at.x > canvas.left && at.x < canvas.right && at.y > canvas.top && at.y < canvas.bottom;
      if (isInside && document.elementFromPoint(at.x, at.y)?.closest(".map-canvas")) {
        return at;
      }
    }
    return null;
  }, selector);
  expect(found).not.toBeNull();
  return found!;
}

const selected = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const place = new URLSearchParams(location.hash.slice(1));
    return place.get("flaeche") ?? place.get("gebaeude");
  });

test("parcels are drawn from zoom 15 on, and not before", async () => {
  await visiting(`${TOWN}#karte=14/51.158/12.93`, {}, async ({ page }) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await mapReady(page);
    expect(asked.filter((url) => url.includes("/ogc/tiles/"))).toEqual([]);
    await page.getByRole("button", { name: "Vergrößern" }).click();
    await mapReady(page, true);
    expect(Number(await page.locator("[data-map]").getAttribute("data-parcels"))).toBeGreaterThan(50);
    expect(await page.locator(".map-hint").isVisible()).toBe(false);
    await picture(page, "karte-flurstuecke-1280");
  });
});

test("a click on a site opens its panel, Escape closes it and the map has the focus", async () => {
  await visiting(TOWN + NEAR, {}, async ({ page }) => {
    await mapReady(page, true);
    const { x, y } = await visibleBadge(page);
    await page.mouse.click(x, y);
    await page.waitForSelector(".panel [data-detail] .facts");
    expect(await selected(page)).toBeTruthy();
    expect(await page.locator(".panel .notice").textContent()).toContain("Bauvoranfrage");
    expect(await page.locator(".panel h1").count()).toBe(0);
    expect(await page.locator(".badge-map.is-selected, .cluster.is-selected").count()).toBe(1);
    await picture(page, "karte-standort-1280");
    await page.keyboard.press("Escape");
    expect(await page.locator(".panel").isVisible()).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.className)).toContain("map-canvas");
    expect(await selected(page)).toBeNull();
  });
});

test("a click on a parcel opens its panel with the official area", async () => {
  await visiting(`${TOWN}#karte=18/51.1585/12.9313`, {}, async ({ page }) => {
    await mapReady(page, true);
    await page.waitForSelector(".parcel-number");
    // The number of a parcel stands inside it.
    const { x, y } = await visible(page, ".parcel-number");
    const number = await page.evaluate(([left, top]) => {
      const numbers = [...document.querySelectorAll(".parcel-number")];
      const distance = (label: Element): number => {
        const box = label.getBoundingClientRect();
        return Math.hypot(box.x + box.width / 2 - left!, box.y + box.height / 2 - top!);
      };
      return numbers.toSorted((a, b) => distance(a) - distance(b))[0]!.textContent;
    }, [x, y]);
    await page.mouse.move(x, y);
    await page.waitForFunction(() => (document.querySelector(".parcel-hover")?.getAttribute("d") ?? "").length > 10);
    await page.mouse.click(x, y);
    await page.waitForSelector(".panel [data-detail]");
    expect(await page.locator(".panel h2").textContent()).toBe(`Flurstück ${number}`);
    expect(await page.locator(".panel .fact-official_area_m2").textContent()).toMatch(/m²|ha/);
    await page.waitForFunction(() => (document.querySelector(".selection-line")?.getAttribute("d") ?? "").length > 10);
  });
});

test("on a phone the map is one tap away, and a tap on a site opens a sheet below it", async () => {
  await visiting(TOWN, { viewport: PHONE, hasTouch: true, isMobile: true }, async ({ page }) => {
    await picture(page, "liste-390");
    expect(await page.locator(".map-canvas").count()).toBe(0);
    // The page is enhanced once the switch is there.
    await page.locator("[data-view-link=karte]").tap();
    await mapReady(page);
    await picture(page, "karte-390");
    expect(await page.locator("#liste").isVisible()).toBe(false);
    await page.goBack();
    await page.locator("#liste").waitFor({ state: "visible" });
    expect(await page.locator(".map-canvas").isVisible()).toBe(false);
  });
  await visiting(TOWN + NEAR, { viewport: PHONE, hasTouch: true, isMobile: true }, async ({ page }) => {
    await mapReady(page, true);
    const { x, y } = await visibleBadge(page);
    await page.touchscreen.tap(x, y);
    await page.waitForSelector(".panel [data-detail]");
    const panel = (await page.locator(".panel").boundingBox())!;
    expect(panel.y).toBeGreaterThan(PHONE.height * 0.3);
    expect(Math.round(panel.y + panel.height)).toBe(PHONE.height);
    await picture(page, "karte-blatt-390");
  });
});

test("the sheet of a phone has three heights, by drag, by tap and by key, and gives way to what has the focus", async () => {
  await visiting(TOWN + NEAR, { viewport: PHONE, hasTouch: true, isMobile: true }, async ({ page }) => {
    await mapReady(page, true);
    const { x, y } = await visibleBadge(page);
    await page.touchscreen.tap(x, y);
    await page.waitForSelector(".panel [data-detail]");
    const height = (): Promise<string | null> => page.locator(".panel").getAttribute("data-height");
    const drag = async (to: number): Promise<void> => {
      const handle = (await page.locator(".sheet-handle").boundingBox())!;
      await page.mouse.move(195, handle.y + 20);
      await page.mouse.down();
      await page.mouse.move(195, to, { steps: 8 });
      // Held still before it is let go: no flick.
      await page.waitForTimeout(200);
      await page.mouse.move(195, to + 1);
      await page.mouse.up();
    };
    expect(await height()).toBe("half");
    await drag(90);
    expect(await height()).toBe("full");
    await picture(page, "blatt-hoch-390");
    await drag(700);
    expect(await height()).toBe("low");
    await picture(page, "blatt-niedrig-390");
    await page.locator(".sheet-handle").tap();
    expect(await height()).toBe("half");
    await page.locator(".sheet-handle").press("ArrowUp");
    expect(await height()).toBe("full");
    // The buttons of the map lie below the sheet now: the focus brings them out.
    await page.locator(".map-button").first().focus();
    const isSeen = await page.evaluate(() => {
      const { x: left, y: top, width, height: tall } = document.activeElement!.getBoundingClientRect();
      return document.activeElement!.contains(document.elementFromPoint(left + width / 2, top + tall / 2));
    });
    expect(isSeen).toBe(true);
  });
});

test("keys move, zoom, step through sites and choose, only while the map has the focus", async () => {
  await visiting(TOWN + NEAR, {}, async ({ page }) => {
    await mapReady(page, true);
    const hash = (): Promise<string> => page.evaluate(() => location.hash);
    await page.locator(".masthead a").first().focus();
    const before = await hash();
    for (const key of ["ArrowRight", "+", "n", "Enter"].slice(0, 3)) {
      await page.keyboard.press(key);
    }
    expect(await hash()).toBe(before);
    await page.locator(".map-canvas").focus();
    await page.keyboard.press("n");
    expect(await page.locator(".map-frame > [role=status]").textContent()).toMatch(/, ausgewählt$/);
    const first = await page.locator(".map-frame > [role=status]").textContent();
    await page.keyboard.press("n");
    expect(await page.locator(".map-frame > [role=status]").textContent()).not.toBe(first);
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((old) => location.hash !== old, before);
    await page.keyboard.press("+");
    await page.waitForFunction(() => location.hash.startsWith("#karte=17/"));
    await page.keyboard.press("Enter");
    await page.waitForSelector(".panel [data-detail]");
  });
});

test("the map is one tab stop with a name, and Tab leaves it", async () => {
  await visiting(TOWN, {}, async ({ page }) => {
    await mapReady(page);
    const canvas = page.locator(".map-canvas");
    expect(await canvas.getAttribute("role")).toBe("region");
    expect(await canvas.getAttribute("aria-label")).toBe("Karte");
    expect(await page.locator("#map-keys").textContent()).toContain("Pfeiltasten");
    await canvas.focus();
    let stops = 0;
    while (await page.evaluate(() => document.activeElement?.closest(".map-section") !== null)) {
      await page.keyboard.press("Tab");
      stops += 1;
      expect(stops).toBeLessThan(25);
    }
    expect(stops).toBeGreaterThan(3);
  });
});

test("list and map point at each other", async () => {
  await visiting(TOWN, {}, async ({ page }) => {
    await mapReady(page);
    await page.locator(".card").first().hover();
    await page.waitForSelector(":is(.badge-map, .cluster).is-highlighted");
    await page.locator(".card-title a").nth(1).focus();
    expect(await page.locator(".site-tooltip").count()).toBe(1);
  });
});

test("far away a label stands for a municipality, and leads to it", async () => {
  await visiting("/#karte=7/51.5/11.5", {}, async ({ page }) => {
    await mapReady(page);
    const label = page.locator(".town-label", { hasText: "Leisnig" });
    await label.waitFor();
    expect(await page.locator(".cluster, .badge-map").count()).toBe(0);
    const box = (await label.boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForSelector(".cluster, .badge-map");
    expect(await label.count()).toBe(0);
  });
});

test("a town of which there are only parcels begins where they are drawn", async () => {
  await visiting("/gemeinde/02000000", {}, async ({ page }) => {
    await mapReady(page, true);
    expect(Number(await page.locator("[data-map]").getAttribute("data-parcels"))).toBeGreaterThan(50);
  });
});

test("the map shows what passes the filter, and nothing else", async () => {
  await visiting(TOWN, {}, async ({ page }) => {
    const shown = (): Promise<number> =>
      page.evaluate(() => [...document.querySelectorAll<HTMLElement>("[data-sites]")].flatMap((badge) => badge.dataset["sites"]!.split(" ")).length);
    await mapReady(page);
    const all = await shown();
    await page.locator(".type").first().click();
    await page.waitForURL(/typ=/);
    await page.waitForFunction((old) => document.querySelector(".results-count")?.textContent !== old, `${all} Flächen`);
    const count = Number(/\d+/.exec((await page.locator(".results-count").textContent())!)![0]);
    await expect.poll(shown).toBe(count);
    expect(count).toBeLessThan(all);
  });
});

test("the map limits the list to what it shows", async () => {
  await visiting(TOWN + NEAR, {}, async ({ page }) => {
    await mapReady(page, true);
    await page.getByRole("button", { name: "Vergrößern" }).click();
    await page.locator(".map-search").click();
    await page.waitForURL(/bbox=/);
    await page.waitForSelector(".chips");
    expect(await page.locator(".chips").textContent()).toContain("Kartenausschnitt");
  });
});

test("the address keeps the view and the selection", async () => {
  await visiting(TOWN, {}, async ({ page }) => {
    await mapReady(page);
    const [, kind, id] = (await firstSite(page)).split("/");
    await page.goto(`${page.url().split("#")[0]}?x=1#karte=17/51.16/12.93&${kind}=${id}`);
    await mapReady(page, true);
    await page.waitForSelector(".panel [data-detail]");
    expect(await page.evaluate(() => location.hash)).toContain(`${kind}=${id}`);
  });
});

test("controls are large enough for a finger and speak the page's language", async () => {
  await visiting(`${TOWN}?lang=en`, { viewport: DESK }, async ({ page }) => {
    await mapReady(page);
    for (const button of await page.locator(".map-button, .legend summary").all()) {
      const box = (await button.boundingBox())!;
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
    }
    const names = await page.locator(".map-button").evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label")));
    expect(names).toEqual(["Zoom in", "Zoom out", "Show the whole area", "My position", "Full screen", "Draw an area"]);
  });
});

test("where of districts only the name is known, they are drawn from tiles while parcels are not", async () => {
  await visiting(`${TOWN}#karte=13/51.158/12.93`, {}, async ({ page, context }) => {
    await context.route("**/ogc/collections/districts/items**", async (route) => {
      const answer = await route.fetch();
      const body = await answer.json();
      for (const feature of body.features) {
        feature.geometry = null;
      }
      await route.fulfill({ response: answer, json: body });
    });
    await page.reload();
    await mapReady(page);
    const host = page.locator("[data-map]");
    await expect.poll(async () => Number(await host.getAttribute("data-outlines"))).toBeGreaterThan(3);
    expect(await page.locator("path.district").count()).toBe(0);
    await picture(page, "karte-umrisse-1280");
    await context.route("**/ogc/tiles/**districts", (route) => route.fulfill({ status: 503 }));
    await page.getByRole("button", { name: "Verkleinern" }).click();
    await page.waitForSelector(".map-failure:not([hidden])");
    await context.unroute("**/ogc/tiles/**districts");
    await page.locator(".map-failure button").click();
    await expect.poll(() => page.locator(".map-failure").isVisible()).toBe(false);
  });
});

test("what cannot be loaded is said, and can be asked for again", async () => {
  await visiting(`${TOWN}#karte=14.5/51.158/12.93`, {}, async ({ page, context }) => {
    await mapReady(page);
    await context.route("**/ogc/tiles/**", (route) => route.fulfill({ status: 503 }));
    await page.getByRole("button", { name: "Vergrößern" }).click();
    await page.waitForSelector(".map-failure:not([hidden])");
    await context.unroute("**/ogc/tiles/**");
    await page.locator(".map-failure button").click();
    await expect.poll(() => page.locator(".map-failure").isVisible()).toBe(false);
  });
});

test("tiles that are no longer wanted are not waited for", async () => {
  await visiting(`${TOWN}#karte=14.5/51.158/12.93`, {}, async ({ page, context }) => {
    await mapReady(page);
    await context.route("**/ogc/tiles/**", () => {
      // Never answered.
    });
    const failed: string[] = [];
    page.on("requestfailed", (request) => failed.push(request.failure()?.errorText ?? ""));
    const asked = page.waitForRequest("**/ogc/tiles/**");
    await page.getByRole("button", { name: "Vergrößern" }).click();
    await asked;
    await page.getByRole("button", { name: "Verkleinern" }).click();
    await expect.poll(() => failed.length).toBeGreaterThan(4);
    expect(new Set(failed)).toEqual(new Set(["net::ERR_ABORTED"]));
    expect(await page.locator(".map-failure").isVisible()).toBe(false);
  });
});
