// @vitest-environment happy-dom
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { isEmbed } from "../src/embed/frame.ts";
import { EmbeddedMap } from "../src/embed/host.ts";
import { readMessage } from "../src/embed/protocol.ts";

const SERVER = "https://leerstand.example";

function embedded(): { element: EmbeddedMap; frame: HTMLIFrameElement; post: (data: unknown, origin?: string, source?: unknown) => void } {
  document.body.innerHTML = `<baulotse-karte src="${SERVER}/embed?typ=hof" title="Höfe"><a href="${SERVER}/">Zur Liste</a></baulotse-karte>`;
  const element = document.querySelector("baulotse-karte") as EmbeddedMap;
  const frame = element.shadowRoot!.querySelector("iframe")!;
  const inner = { postMessage: vi.fn() };
  Object.defineProperty(frame, "contentWindow", { value: inner });
  const post = (data: unknown, origin = SERVER, source: unknown = inner): void => {
    const event = new MessageEvent("message", { data, origin });
    Object.defineProperty(event, "source", { value: source });
    dispatchEvent(event);
  };
  return { element, frame, post };
}

beforeAll(() => {
  // There is no server behind the frame.
  (window as unknown as { happyDOM: { settings: Record<string, boolean> } }).happyDOM.settings["handleDisabledFileLoadingAsSuccess"] = true;
});

beforeEach(() => document.body.replaceChildren());

test("the element becomes a named frame", () => {
  const { element, frame } = embedded();
  expect(frame.src).toBe(`${SERVER}/embed?typ=hof`);
  expect(frame.title).toBe("Höfe");
  expect(frame.loading).toBe("lazy");
  // For pages without scripts; not shown where there is a frame.
  expect(element.textContent).toBe("Zur Liste");
});

test("the frame is as high as its content says, within bounds", () => {
  const { frame, post } = embedded();
  post({ type: "baulotse:v1:height", height: 812 });
  expect(frame.style.height).toBe("812px");
  for (const height of ["12px", Number.NaN, null]) {
    post({ type: "baulotse:v1:height", height });
    expect(frame.style.height).toBe("812px");
  }
  post({ type: "baulotse:v1:height", height: 1e9 });
  expect(frame.style.height).toBe("10000px");
});

test("only the frame's own messages count, and they become events", () => {
  const { element, frame, post } = embedded();
  const heard: unknown[] = [];
  element.addEventListener("baulotse:select", (event) => heard.push((event as CustomEvent).detail));
  const message = { type: "baulotse:v1:select", collection: "sites", id: "a", title: "Hof", url: `${SERVER}/flaeche/a` };
  post(message, "https://evil.example");
  post(message, SERVER, { postMessage: () => undefined });
  post({ type: "other", id: "b" });
  post("baulotse:v1:select");
  expect(heard).toEqual([]);
  post(message);
  expect(heard).toEqual([message]);
  element.select("buildings", "b");
  expect(frame.contentWindow!.postMessage).toHaveBeenCalledWith({ type: "baulotse:v1:select", collection: "buildings", id: "b" }, SERVER);
});

test("an element that was taken away listens no more", () => {
  const { element, post } = embedded();
  const listener = vi.fn();
  element.addEventListener("baulotse:ready", listener);
  element.remove();
  post({ type: "baulotse:v1:ready" });
  expect(listener).not.toHaveBeenCalled();
});

test("messages and addresses of ours are told from others", () => {
  expect(readMessage({ type: "baulotse:v1:ready" })).toBeDefined();
  for (const data of [null, undefined, 3, "baulotse:v1:ready", {}, { type: 3 }, { type: "baulotse:v2:ready" }]) {
    expect(readMessage(data)).toBeUndefined();
  }
  expect(["/embed", "/embed/14522310", "/embedded", "/", "/flaeche/embed"].map(isEmbed)).toEqual([true, true, false, false, false]);
});
