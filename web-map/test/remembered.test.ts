// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { comparePath, Remembered, type Place } from "../src/remembered.ts";

const KEY = "baulotse:v1:remembered";
const place = (id: string): Place => ({ key: `sites/${id}`, title: `Place ${id}`, path: `/flaeche/${id}` });

beforeEach(() => localStorage.clear());

test("a place is remembered until it is forgotten, also on the next visit", () => {
  const first = new Remembered();
  expect(first.turn(place("a"))).toBe(true);
  expect(first.turn(place("b"))).toBe(true);
  expect(new Remembered().places.map(({ key }) => key)).toEqual(["sites/a", "sites/b"]);
  expect(first.turn(place("a"))).toBe(false);
  expect(new Remembered().places.map(({ key }) => key)).toEqual(["sites/b"]);
});

test("nothing is stored before a place is remembered, and nothing is left when the last one is forgotten", () => {
  const remembered = new Remembered();
  remembered.see("x");
  expect(remembered.isSeen("x")).toBe(true);
  expect(localStorage.length).toBe(0);
  remembered.turn(place("a"));
  expect(new Remembered().isSeen("x")).toBe(true);
  remembered.turn(place("a"));
  expect(localStorage.length).toBe(0);
  remembered.turn(place("a"));
  remembered.forgetAll();
  expect(localStorage.length).toBe(0);
  expect(remembered.isSeen("x")).toBe(false);
});

test("what is damaged or foreign is as if there were nothing", () => {
  for (const text of ["", "null", "[]", "{", '{"places":3,"seen":{}}', '{"places":[{"key":"a"},{"key":"a","title":"x","path":"//evil.example"}]}']) {
    localStorage.setItem(KEY, text);
    expect(new Remembered().places).toEqual([]);
  }
});

test("a browser that stores nothing remembers until the page is left", () => {
  const storage = { getItem: () => null, setItem: () => { throw new Error("full"); }, removeItem: () => undefined } as unknown as Storage;
  const remembered = new Remembered(storage);
  remembered.turn(place("a"));
  expect(remembered.has("sites/a")).toBe(true);
});

test("who shows it is told of changes, from other tabs too", () => {
  const remembered = new Remembered();
  const listener = vi.fn();
  remembered.onChange(listener);
  remembered.turn(place("a"));
  expect(listener).toHaveBeenCalledTimes(1);
  localStorage.setItem(KEY, JSON.stringify({ places: [place("b")], seen: [] }));
  dispatchEvent(new StorageEvent("storage", { key: KEY }));
  expect(listener).toHaveBeenCalledTimes(2);
  expect(remembered.has("sites/b")).toBe(true);
});

test("two to four places are compared in the language of the page", () => {
  expect(comparePath([place("a"), place("b/c")], "")).toBe("/vergleich?id=a&id=b%2Fc");
  expect(comparePath([place("a")], "lang=en")).toBe("/vergleich?id=a&lang=en");
});
