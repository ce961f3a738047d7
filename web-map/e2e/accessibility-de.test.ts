// axe on every page and state in German, in each scheme of colours; and what it cannot judge: where the focus is.
import { expect, test } from "vitest";
import { PHONE, TOWN, visiting } from "./browser.ts";
import { atDesk, onPhone } from "./states.ts";

onPhone("de");
atDesk("de", ["light", "dark", "forced"]);

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
