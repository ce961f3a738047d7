// The list and the map inside of other sites' pages: one that may embed them (PUBLISHER_URL), one that may not.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Frame, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BASE, DESK, PHONE, picture, visiting, visitingHost } from "./browser.ts";
import { hostPage } from "./host-page.js";

const published = process.env["PUBLISHER_URL"];
const EMBED = "/embed/14522310?lang=de";
/** Where there are parcels, sites and buildings. */
const NEAR = "#karte=16/51.158/12.93";

const hostAt = (origin: string, src: string): string => `${origin}/host?server=${encodeURIComponent(BASE)}&src=${encodeURIComponent(src)}`;

let stranger: Server;
let strangerUrl = "";

beforeAll(async () => {
  stranger = createServer((request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(hostPage(request.url!));
  });
  await new Promise<void>((listening) => stranger.listen(0, "127.0.0.1", listening));
  strangerUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
});

afterAll(() => stranger.close());

async function embedded(page: Page): Promise<Frame> {
  const handle = await page.waitForSelector("baulotse-karte iframe");
  const frame = await handle.contentFrame();
  if (!frame) {
    throw new Error("there is no frame");
  }
  await frame.waitForSelector("html[data-script]");
  return frame;
}

const mapReady = (frame: Frame): Promise<unknown> => frame.waitForSelector('[data-map][data-state="ready"]');

/** Height of the frame in the page around it. */
const frameHeight = (page: Page): Promise<number> => page.locator("baulotse-karte iframe").evaluate((frame) => frame.clientHeight);

describe.skipIf(!published)("on a site that may embed", () => {
  test("the frame is as high as its list, and follows it", async () => {
    await visitingHost(hostAt(published!, EMBED), {}, async ({ page }) => {
      const frame = await embedded(page);
      await mapReady(frame);
      const body = (): Promise<number> => frame.evaluate(() => Math.ceil(document.body.getBoundingClientRect().height));
      await expect.poll(async () => (await frameHeight(page)) - (await body())).toBe(0);
      const all = await frameHeight(page);
      expect(all).toBeGreaterThan(1200);
      await frame.locator(".types a").last().click();
      await frame.waitForURL(/typ=kataster/);
      await expect.poll(() => frameHeight(page)).toBeLessThan(all);
      await expect.poll(async () => (await frameHeight(page)) - (await body())).toBe(0);
      expect(await frame.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true);
    });
  });

  test("what is chosen here is told there, and what is chosen there is shown here", async () => {
    await visitingHost(hostAt(published!, EMBED + NEAR), {}, async ({ page }) => {
      await page.evaluate(() => {
        const heard: unknown[] = ((window as unknown as { heard: unknown[] }).heard = []);
        for (const type of ["ready", "change", "select"]) {
          document.addEventListener(`baulotse:${type}`, (event) => heard.push((event as CustomEvent).detail));
        }
      });
      const heard = (): Promise<{ type: string; id?: string; url?: string; search?: string }[]> =>
        page.evaluate(() => (window as unknown as { heard: never[] }).heard);
      const frame = await embedded(page);
      await mapReady(frame);
      await frame.locator(".types a").first().click();
      await expect.poll(async () => (await heard()).find(({ type }) => type === "baulotse:v1:change")?.search).toContain("typ=");
      const key = (await frame.locator(".card").first().getAttribute("data-listing"))!;
      const [collection, id] = key.split("/") as [string, string];
      // From the page around it, by the element's own method.
      await page.evaluate(
        ([of, one]) => (document.querySelector("baulotse-karte") as unknown as { select(of: string, one: string): void }).select(of, one),
        [collection, id] as const,
      );
      await frame.waitForSelector(".panel [data-detail]");
      await expect.poll(async () => (await heard()).find(({ type, id: of }) => type === "baulotse:v1:select" && of === id)?.url).toContain(`/${id}`);
      // Not from anybody: a message of another origin is not read.
      await frame.locator(".panel-close").click();
      await frame.evaluate(
        ([of, one]) =>
          new Promise<void>((heardHere) => {
            // Added last, so called when the page has had its turn.
            addEventListener("message", () => heardHere(), { once: true });
            postMessage({ type: "baulotse:v1:select", collection: of, id: one }, "*");
          }),
        [collection, id] as const,
      );
      expect(await frame.locator(".panel").isVisible()).toBe(false);
    });
  });

  test("places open beside the page, with and without scripts", async () => {
    for (const javaScriptEnabled of [true, false]) {
      // Without scripts there is no element either: the plain frame of the snippet.
      await visitingHost(hostAt(published!, EMBED), { javaScriptEnabled }, async ({ page, context }) => {
        let list: Page | Frame = page;
        if (javaScriptEnabled) {
          list = await embedded(page);
        } else {
          expect(await page.locator("baulotse-karte a").isVisible()).toBe(true);
          await page.goto(BASE + EMBED);
        }
        const [opened] = await Promise.all([context.waitForEvent("page"), list.locator(".card-title a").first().click()]);
        await opened.waitForLoadState();
        expect(new URL(opened.url()).pathname).toMatch(/^\/(flaeche|gebaeude)\//);
      });
    }
  });

  test("the page's own scrolling passes over the map, and Ctrl with the wheel zooms", async () => {
    await visitingHost(hostAt(published!, EMBED + NEAR), {}, async ({ page }) => {
      const frame = await embedded(page);
      await mapReady(frame);
      const box = (await frame.locator(".map-canvas").boundingBox())!;
      const zoom = (): Promise<string | undefined> => frame.evaluate(() => /karte=([\d.]+)/.exec(location.hash)?.[1]);
      const before = await zoom();
      await page.mouse.move(box.x + box.width / 2, box.y + Math.min(box.height, 500) / 2);
      await page.mouse.wheel(0, 300);
      await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(100);
      expect(await frame.locator(".gesture-hint").textContent()).toContain("Strg");
      expect(await zoom()).toBe(before);
      await page.evaluate(() => scrollTo(0, 0));
      await page.keyboard.down("Control");
      await page.mouse.wheel(0, -300);
      await page.keyboard.up("Control");
      await expect.poll(zoom).not.toBe(before);
    });
  });

  test("one finger scrolls the page over the map", async () => {
    await visitingHost(hostAt(published!, EMBED + NEAR), { viewport: PHONE, hasTouch: true, isMobile: true }, async ({ page, context }) => {
      const frame = await embedded(page);
      await mapReady(frame);
      const place = (): Promise<string> => frame.evaluate(() => location.hash);
      const before = await place();
      const box = (await frame.locator(".map-canvas").boundingBox())!;
      const touch = await context.newCDPSession(page);
      const [x, y] = [box.x + box.width / 2, box.y + box.height - 20];
      await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
      for (let step = 1; step <= 10; step++) {
        await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x, y: y - step * 20 }] });
      }
      await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(50);
      expect(await place()).toBe(before);
    });
  });

  test("Tab enters the frame and leaves it again", async () => {
    await visitingHost(hostAt(published!, `${EMBED}&ui=karte`), {}, async ({ page }) => {
      const frame = await embedded(page);
      await mapReady(frame);
      await page.locator("#vorher").focus();
      const stops: string[] = [];
      for (let stop = 0; stop < 40 && stops.at(-1) !== "nachher"; stop++) {
        await page.keyboard.press("Tab");
        stops.push(await page.evaluate(() => document.activeElement!.id || document.activeElement!.localName));
      }
      expect(stops[0]).toBe("baulotse-karte");
      expect(stops.at(-1)).toBe("nachher");
      await page.keyboard.press("Shift+Tab");
      expect(await page.evaluate(() => document.activeElement!.localName)).toBe("baulotse-karte");
    });
  });

  test("a page of all towns is refused: one of them has not allowed it", async () => {
    await visitingHost(hostAt(published!, "/embed"), {}, async ({ page, errors }) => {
      await page.waitForSelector("baulotse-karte iframe");
      await expect.poll(() => errors.some((error) => error.includes("frame-ancestors"))).toBe(true);
      errors.length = 0;
    });
  });

  test.each([
    ["390", PHONE],
    ["1280", DESK],
  ] as const)("it looks like a part of the page at %s px", async (width, viewport) => {
    await visitingHost(hostAt(published!, EMBED), { viewport, hasTouch: viewport === PHONE }, async ({ page }) => {
      await mapReady(await embedded(page));
      await picture(page, `gastseite-${width}`);
    });
  });
});

test("a site that may not embed is refused the frame", async () => {
  await visitingHost(hostAt(strangerUrl, EMBED), {}, async ({ page, errors }) => {
    await page.waitForSelector("baulotse-karte iframe");
    await expect.poll(() => errors.some((error) => error.includes("frame-ancestors"))).toBe(true);
    errors.length = 0;
    expect(await page.frames()[1]!.locator(".card").count()).toBe(0);
  });
});

test("a theme that is asked for wins over the visitor's", async () => {
  const ground = (page: Page): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const [light, dark] = ["rgb(246, 242, 233)", "rgb(17, 25, 27)"];
  for (const [asked, colorScheme, expected] of [
    ["", "light", light],
    ["", "dark", dark],
    ["&theme=hell", "dark", light],
    ["&theme=dunkel", "light", dark],
  ] as const) {
    await visiting(`${EMBED}${asked}`, { colorScheme }, async ({ page }) => {
      expect(await ground(page), `${asked} for ${colorScheme}`).toBe(expected);
    });
  }
});

test("without scripts an embedded map is a plain list", async () => {
  await visiting(`${EMBED}&ui=karte`, { javaScriptEnabled: false }, async ({ page }) => {
    expect(await page.locator(".card").first().isVisible()).toBe(true);
    expect(await page.locator(".embed-line a").last().getAttribute("href")).toBe("/gemeinde/14522310?lang=de");
  });
});

test("the dialogue makes the code of the filters and what is chosen, by keyboard alone", async () => {
  await visiting("/gemeinde/14522310?typ=hof&lang=de", {}, async ({ page, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.waitForSelector("html[data-script]");
    const opener = page.locator("a[data-embed]");
    await opener.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Auf einer Website einbetten" });
    await dialog.waitFor();
    const code = dialog.locator("#einbetten-code-rahmen");
    expect(await code.inputValue()).toContain(`${BASE}/embed/14522310?typ=hof"`);
    await dialog.locator("#einbetten-mittel").focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => code.inputValue()).toContain('width="1000"');
    // The focus is on what was chosen, in the form that has taken the old one's place.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("einbetten-gross");
    await dialog.locator("#einbetten-ui").selectOption("karte");
    await expect.poll(() => code.inputValue()).toMatch(/typ=hof&(amp|#38);ui=karte/);
    const copy = dialog.getByRole("button", { name: "Code kopieren" }).last();
    await copy.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(await code.inputValue());
    await expect.poll(() => dialog.locator("[role=status]").textContent()).toContain("kopiert");
    expect(await dialog.locator("iframe").getAttribute("src")).toContain("ui=karte");
    await page.keyboard.press("Escape");
    expect(await page.locator("dialog").count()).toBe(0);
    expect(await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset["embed"])).toBe("");
  });
});

test("without scripts the code is on a page of its own", async () => {
  await visiting("/gemeinde/14522310?typ=hof&lang=de", { javaScriptEnabled: false }, async ({ page }) => {
    await page.locator("a[data-embed]").click();
    await page.locator("#einbetten-eigene").check();
    await page.fill("#breite", "500");
    await page.fill("#hoehe", "12");
    await page.locator(".snippet-submit button").click();
    expect(await page.locator(".problems").textContent()).toContain("„12“ geht nicht");
    await page.fill("#hoehe", "450");
    await page.locator(".snippet-submit button").click();
    const code = await page.locator("#einbetten-code-rahmen").inputValue();
    expect(code).toContain('width="500" height="450"');
    expect(code).toContain("/embed/14522310?typ=hof");
  });
});

test("Leichte Sprache is a language of its own on every page", async () => {
  await visiting("/gemeinde/14522310", {}, async ({ page }) => {
    // It stands in the foot of the page, too.
    expect(await page.getByRole("link", { name: "Leichte Sprache" }).count()).toBe(2);
    await page.locator(".languages").getByRole("link", { name: "Leichte Sprache" }).click();
    await page.waitForURL(/lang=leicht/);
    expect(await page.locator("html").getAttribute("lang")).toBe("de-x-leicht");
    expect(await page.locator("h1").textContent()).toContain("Freie Grund-Stücke");
    expect(await page.locator("link[hreflang]").count()).toBe(0);
    expect(await page.locator("link[rel=canonical]").getAttribute("href")).toBe(`${BASE}/gemeinde/14522310?lang=leicht`);
    // The texts of the scripts too, and links keep the language.
    await page.waitForSelector('[data-map][data-state="ready"]');
    expect(await page.locator(".map-canvas").getAttribute("aria-describedby")).toBe("map-keys");
    expect(await page.locator("#map-keys").textContent()).toContain("Pfeil-Tasten");
    await page.locator(".card-title a").first().click();
    await page.waitForURL(/\/(flaeche|gebaeude)\/.*lang=leicht/);
    expect(await page.locator(".notice").textContent()).toContain("Bau-Voranfrage");
  });
});
