// Criteria that axe cannot judge: what is said and when (A8), motion (A13), spacing and size of text (A16).
import { expect, test } from "vitest";
import { DESK, firstSite, mapReady, moveMap, PHONE, TOWN, visiting } from "./browser.ts";

declare global {
  interface Window {
    said?: string[];
  }
}

test("what a filter leaves is said once, and moving the map says nothing", async () => {
  await visiting(TOWN, {}, async ({ page }) => {
    await mapReady(page);
    await page.evaluate(() => {
      const said: string[] = [];
      window.said = said;
      const observer = new MutationObserver((changes) => {
        for (const { target } of changes) {
          const region = (target instanceof Element ? target : target.parentElement)?.closest("[role=status]");
          const text = region?.textContent?.trim();
          if (text && said.at(-1) !== text) {
            said.push(text);
          }
        }
      });
      observer.observe(document.body, { childList: true, characterData: true, subtree: true });
    });
    const said = (): Promise<string[]> => page.evaluate(() => window.said ?? []);
    await page.focus(".map-canvas");
    for (const key of ["ArrowRight", "ArrowDown", "+", "-"]) {
      await moveMap(page, key);
    }
    // What would be said of the last move would come by now.
    await page.waitForTimeout(500);
    expect(await said(), "on moving the map").toEqual([]);
    await page.locator(".type").first().click();
    await page.waitForURL(/typ=/);
    await page.waitForFunction(() => (window.said ?? []).length > 0);
    // What would be said a second time would come by now.
    await page.waitForTimeout(1000);
    const count = (await page.locator(".results-count").textContent())!.trim();
    expect(await said(), "on filtering").toEqual([count]);
  });
});

test("nothing moves for who wants no motion, and the map does for others", async () => {
  for (const [reducedMotion, moves] of [["reduce", false], ["no-preference", true]] as const) {
    await visiting(TOWN, { reducedMotion }, async ({ page }) => {
      await mapReady(page);
      const animated = await page.locator(".map-canvas").evaluate((map) => map.classList.contains("leaflet-fade-anim"));
      expect(animated, reducedMotion).toBe(moves);
      const slow = await page.evaluate(() =>
        [...document.querySelectorAll("body *")].filter((one) => {
          const { transitionDuration, animationDuration, animationName } = getComputedStyle(one);
          const longest = (durations: string): number => Math.max(...durations.split(",").map(Number.parseFloat));
          return longest(transitionDuration) > 0.01 || (animationName !== "none" && longest(animationDuration) > 0.01);
        }).length,
      );
      if (!moves) {
        expect(slow, "elements that move").toBe(0);
      }
    });
  }
});

/** WCAG 2.2, 1.4.12, and twice the size of the text (1.4.4). */
const SPACED = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }";
const LARGE = "html { font-size: 200% !important; }";

test("no text is lost when it is spaced out or twice as large", async () => {
  for (const [viewport, style] of [[PHONE, SPACED], [DESK, SPACED], [DESK, LARGE]] as const) {
    await visiting(TOWN, { viewport, bypassCSP: true, javaScriptEnabled: true }, async ({ page }) => {
      const site = await firstSite(page);
      for (const path of [TOWN, site, `${TOWN}/start`, `${TOWN}/zahlen`, `/anfrage${site}`, `${TOWN}/datenschutz`]) {
        await page.goto(new URL(path, page.url()).href);
        await page.addStyleTag({ content: style });
        const cut = await page.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>("main *, .masthead *, .footer *")]
            .filter((one) => {
              const { overflowX, overflowY, position, clipPath } = getComputedStyle(one);
              const isHidden = clipPath !== "none" || one.closest(".visually-hidden, [data-map], svg") !== null || position === "absolute";
              const hasText = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== "");
              const isCutX = overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1;
              const isCutY = overflowY === "hidden" && one.scrollHeight > one.clientHeight + 1;
              return !isHidden && hasText && (isCutX || isCutY);
            })
            .map((one) => `${one.className}: ${one.textContent}`),
        );
        expect(cut, `${path} at ${viewport.width}`).toEqual([]);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width, `${path} at ${viewport.width}`).toBeLessThanOrEqual(viewport.width);
      }
    });
  }
});
