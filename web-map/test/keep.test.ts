// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { Keep, keyOfPath, placeActions } from "../src/keep.ts";
import { Remembered } from "../src/remembered.ts";
import { loadTexts } from "../src/texts.ts";

const card = (id: string): string =>
  `<li class="card" data-listing="sites/${id}"><h3 class="card-title"><a href="/flaeche/${id}?lang=de">Hof ${id}</a></h3></li>`;

async function opened() {
  const remembered = new Remembered();
  const say = vi.fn();
  const options = { remembered, t: await loadTexts("de"), linkQuery: "lang=de", say };
  return { remembered, say, options, keep: new Keep(options) };
}

beforeEach(() => {
  localStorage.clear();
  history.replaceState(null, "", "http://localhost:3000/gemeinde/1");
  document.body.innerHTML = `<section id="liste" tabindex="-1"><ol>${["a", "b", "c", "d", "e"].map(card).join("")}</ol></section>`;
});

const stars = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(".card-keep")];
const tray = (): HTMLElement => document.querySelector<HTMLElement>(".tray")!;

test("a star on each card remembers it, and the tray lists what is remembered", async () => {
  const { keep } = await opened();
  expect(stars().map((star) => star.textContent)).toEqual(["a", "b", "c", "d", "e"].map((id) => `Merken: Hof ${id}`));
  expect(tray().hidden).toBe(true);
  stars()[0]!.click();
  expect(stars().map((star) => star.getAttribute("aria-pressed"))).toEqual(["true", "false", "false", "false", "false"]);
  expect(tray().hidden).toBe(false);
  expect(tray().querySelector("li a")!.getAttribute("href")).toBe("/flaeche/a?lang=de");
  keep.decorate();
  expect(stars()).toHaveLength(5);
});

test("two to four can be compared", async () => {
  await opened();
  const compare = (): string | null | undefined => tray().querySelector("a.button")?.getAttribute("href");
  stars()[0]!.click();
  expect(compare()).toBeUndefined();
  stars()[1]!.click();
  expect(compare()).toBe("/vergleich?id=a&id=b&lang=de");
  [2, 3].forEach((index) => stars()[index]!.click());
  expect(compare()).toBe("/vergleich?id=a&id=b&id=c&id=d&lang=de");
  stars()[4]!.click();
  expect(compare()).toBeUndefined();
});

test("what is forgotten in the tray is forgotten on its card, and the focus is not lost", async () => {
  const { remembered } = await opened();
  stars()[0]!.click();
  stars()[1]!.click();
  const remove = tray().querySelector<HTMLElement>(".tray-remove")!;
  remove.focus();
  remove.click();
  expect(stars()[0]!.getAttribute("aria-pressed")).toBe("false");
  expect(document.activeElement?.tagName).toBe("SUMMARY");
  const all = [...tray().querySelectorAll("button")].at(-1)!;
  all.focus();
  all.click();
  expect(remembered.places).toEqual([]);
  expect(document.activeElement?.id).toBe("liste");
});

test("sharing copies the address, or says it where it cannot", async () => {
  const { options, say } = await opened();
  const actions = placeActions({ key: "sites/a", title: "Hof", path: "/flaeche/a" }, options);
  const write = vi.fn(() => Promise.resolve());
  Object.defineProperty(navigator, "clipboard", { value: { writeText: write }, configurable: true });
  actions.querySelectorAll("button")[1]!.click();
  await vi.waitFor(() => expect(say).toHaveBeenCalledWith("Der Link ist kopiert."));
  expect(write).toHaveBeenCalledWith("http://localhost:3000/flaeche/a?lang=de");
  write.mockRejectedValueOnce(new Error("not allowed"));
  actions.querySelectorAll("button")[1]!.click();
  await vi.waitFor(() => expect(say).toHaveBeenLastCalledWith("Link zum Kopieren: http://localhost:3000/flaeche/a?lang=de"));
});

test("pages of sites and of buildings are about an entry of the list, others are not", () => {
  expect(["/flaeche/a%20b", "/gebaeude/b-1", "/flaeche/a/expose", "/flurstueck/1", "/"].map(keyOfPath)).toEqual([
    "sites/a b",
    "buildings/b-1",
    undefined,
    undefined,
    undefined,
  ]);
});
