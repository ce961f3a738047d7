// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { Combobox, type Hit } from "../src/combobox.ts";
import { loadTexts } from "../src/texts.ts";

const HITS: Hit[] = [
  { kind: "street", title: "Lindenstraße", detail: "Leisnig", href: "/gemeinde/1?suche=Lindenstra%C3%9Fe" },
  { kind: "parcel", id: "14", title: "Flurstück 12/3", detail: "Gemarkung Leisnig", href: "/flurstueck/14" },
];

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = `<form data-combobox="/api/search"><input id="suche" type="search"><input type="hidden" name="gemeinde" value="14522310"></form>`;
});

async function opened() {
  const asked: { url: string; signal: AbortSignal; answer(hits: Hit[]): void }[] = [];
  const onChoose = vi.fn();
  new Combobox(document.querySelector("form")!, {
    t: await loadTexts("de"),
    linkQuery: "lang=de",
    onChoose,
    fetchHits: (url, signal) => new Promise((answer) => asked.push({ url, signal, answer })),
  });
  const input = document.querySelector<HTMLInputElement>("#suche")!;
  const type = async (text: string): Promise<void> => {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await vi.advanceTimersByTimeAsync(200);
  };
  const press = (key: string): KeyboardEvent => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    input.dispatchEvent(event);
    return event;
  };
  return { asked, onChoose, input, type, press };
}

const options = (): Element[] => [...document.querySelectorAll("[role=option]")];

test("what is typed is asked for in the municipality of the page, and the hits are a list box", async () => {
  const { asked, input, type } = await opened();
  await type("L");
  expect(asked).toEqual([]);
  await type("Lind");
  expect(asked.map(({ url }) => url)).toEqual(["/api/search?q=Lind&limit=8&ags=14522310&lang=de"]);
  asked[0]!.answer(HITS);
  await vi.advanceTimersByTimeAsync(1);
  expect(options().map((row) => row.textContent)).toEqual(["LindenstraßeLeisnig", "Flurstück 12/3Gemarkung Leisnig"]);
  expect(input.getAttribute("aria-expanded")).toBe("true");
  expect(document.querySelector("[role=status]")!.textContent).toBe("2 Treffer");
});

test("arrows go through the hits and back to the field, Enter chooses, Escape closes", async () => {
  const { asked, onChoose, input, type, press } = await opened();
  await type("Lind");
  asked[0]!.answer(HITS);
  await vi.advanceTimersByTimeAsync(1);
  // Nothing is chosen yet: Enter sends the form.
  expect(press("Enter").defaultPrevented).toBe(false);
  press("ArrowDown");
  expect(input.getAttribute("aria-activedescendant")).toBe("suche-treffer-0");
  press("ArrowUp");
  expect(input.hasAttribute("aria-activedescendant")).toBe(false);
  press("ArrowUp");
  expect(options()[1]!.getAttribute("aria-selected")).toBe("true");
  expect(press("Enter").defaultPrevented).toBe(true);
  expect(onChoose).toHaveBeenCalledWith(HITS[1]);
  expect(options()).toEqual([]);
  await type("Linde");
  asked[1]!.answer(HITS);
  await vi.advanceTimersByTimeAsync(1);
  press("Escape");
  expect(input.getAttribute("aria-expanded")).toBe("false");
});

test("an answer to an earlier question is not shown", async () => {
  const { asked, type } = await opened();
  await type("Li");
  await type("Lin");
  expect(asked[0]!.signal.aborted).toBe(true);
  asked[1]!.answer([HITS[1]!]);
  asked[0]!.answer(HITS);
  await vi.advanceTimersByTimeAsync(1);
  expect(options()).toHaveLength(1);
  await type("L");
  expect(options()).toHaveLength(0);
});

test("a hit is chosen by pointer, too", async () => {
  const { asked, onChoose, type } = await opened();
  await type("Lind");
  asked[0]!.answer(HITS);
  await vi.advanceTimersByTimeAsync(1);
  (options()[0]!.querySelector("span") as HTMLElement).click();
  expect(onChoose).toHaveBeenCalledWith(HITS[0]);
});
