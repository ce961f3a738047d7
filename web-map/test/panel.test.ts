// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { element } from "../src/dom.ts";
import { detailOf, Panel } from "../src/map/panel.ts";
import { settle } from "../src/map/sheet.ts";
import { loadTexts } from "../src/texts.ts";

const PAGE = `<!doctype html><title>x</title><main><article data-detail>
  <h1>Baulücke, Lindenstraße</h1>
  <section aria-labelledby="kontakt"><h2 id="kontakt">Kontakt</h2></section>
</article><p>not in the panel</p></main>`;

beforeEach(() => document.body.replaceChildren());

test("the detail of a page fits into another page", () => {
  const detail = detailOf(PAGE)!;
  expect(detail.querySelector("h1")).toBeNull();
  expect(detail.querySelector("h2")?.textContent).toBe("Baulücke, Lindenstraße");
  expect(detail.querySelector("h3")?.textContent).toBe("Kontakt");
  expect(detail.querySelectorAll("[id], [aria-labelledby]")).toHaveLength(0);
  expect(detail.textContent).not.toContain("not in the panel");
  expect(detailOf("<p>an error page</p>")).toBeUndefined();
});

async function opened(fetchPage: (path: string, signal: AbortSignal) => Promise<string>) {
  const host = element("div");
  document.body.append(host);
  const onClose = vi.fn();
  const panel = new Panel({ host, t: await loadTexts("de"), onClose, fetchPage });
  return { host, onClose, panel };
}

test("the title is there at once, the rest when it has come", async () => {
  const answers: ((html: string) => void)[] = [];
  const { host, panel } = await opened(() => new Promise((resolve) => answers.push(resolve)));
  const done = panel.open("Baulücke", "/flaeche/a");
  expect(host.querySelector("h2")?.textContent).toBe("Baulücke");
  expect(document.activeElement?.className).toBe("panel-close");
  answers[0]!(PAGE);
  await done;
  expect(host.querySelector("h3")?.textContent).toBe("Kontakt");
  expect(host.querySelector(".panel-page a")?.getAttribute("href")).toBe("/flaeche/a");
});

test("an answer to an earlier question is not shown", async () => {
  const answers: ((html: string) => void)[] = [];
  const { host, panel } = await opened(() => new Promise((resolve) => answers.push(resolve)));
  const first = panel.open("first", "/flaeche/1");
  const second = panel.open("second", "/flaeche/2");
  answers[1]!(PAGE.replace("Baulücke", "second"));
  answers[0]!(PAGE.replace("Baulücke", "first"));
  await Promise.all([first, second]);
  expect(host.querySelector("h2")?.textContent).toContain("second");
});

test("a failure leaves a link to the page", async () => {
  const { host, panel } = await opened(() => Promise.reject(new Error("no network")));
  await panel.open("Baulücke", "/flaeche/a");
  expect(host.querySelector("[role=alert]")?.textContent).toContain("nicht geladen");
  expect(host.querySelector(".panel-page a")?.getAttribute("href")).toBe("/flaeche/a");
});

test("Escape closes, once", async () => {
  const { host, onClose, panel } = await opened(() => Promise.resolve(PAGE));
  await panel.open("x", "/flaeche/a");
  host.querySelector(".panel")!.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(panel.isOpen).toBe(false);
  panel.close();
  expect(onClose).toHaveBeenCalledOnce();
});

test("narrow, the sheet has three heights, by button and by key", async () => {
  const { host, panel } = await opened(() => Promise.resolve(PAGE));
  await panel.open("x", "/flaeche/a");
  const root = host.querySelector<HTMLElement>(".panel")!;
  const handle = host.querySelector<HTMLElement>(".sheet-handle")!;
  const press = (key: string): void => void handle.dispatchEvent(new KeyboardEvent("keydown", { key }));
  expect(root.dataset["height"]).toBe("half");
  expect(handle.getAttribute("aria-label")).toBe("Mehr zeigen");
  handle.click();
  expect(root.dataset["height"]).toBe("full");
  expect(handle.getAttribute("aria-label")).toBe("Weniger zeigen");
  press("ArrowUp");
  expect(root.dataset["height"]).toBe("full");
  press("ArrowDown");
  press("ArrowDown");
  expect(root.dataset["height"]).toBe("low");
  press("ArrowDown");
  expect(root.dataset["height"]).toBe("low");
  panel.close();
  void panel.open("y", "/flaeche/b");
  expect(root.dataset["height"]).toBe("half");
});

test("a drag ends at the nearest height, a flick one further", () => {
  const heights = { low: 150, half: 400, full: 780 };
  expect(settle(420, heights, 0)).toBe("half");
  expect(settle(200, heights, 0.1)).toBe("low");
  expect(settle(420, heights, -1)).toBe("full");
  expect(settle(380, heights, 1)).toBe("low");
  expect(settle(780, heights, -1)).toBe("full");
  expect(settle(100, heights, 1)).toBe("low");
});
