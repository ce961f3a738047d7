import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import english from "virtual:texts/en";
import german from "virtual:texts/de";
import easy from "virtual:texts/leicht";
import { loadTexts, translator, type Texts } from "../src/texts.ts";

const catalogue = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, `../../data/texts/${language}.json`), "utf8"));

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();

test("both catalogues have the same keys, and no text is empty", () => {
  const [de, en] = [catalogue("de"), catalogue("en")];
  expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
  for (const text of [...Object.values(de), ...Object.values(en)]) {
    expect(text.trim()).not.toBe("");
  }
});

test("a translation keeps the placeholders", () => {
  const [de, ...others] = ["de", "en", "leicht"].map(catalogue) as [Record<string, string>, ...Record<string, string>[]];
  for (const other of others) {
    for (const [key, text] of Object.entries(other)) {
      expect(placeholders(text), key).toEqual(placeholders(de[key]!));
    }
  }
});

test("the map's part of a catalogue holds its own texts and no others", () => {
  for (const part of [german, english, easy]) {
    const keys = Object.keys(part);
    expect(keys.length).toBeGreaterThan(20);
    expect(keys.filter((key) => !key.startsWith("ui.map."))).toEqual([]);
    expect(keys.toSorted()).toEqual(Object.keys(german).toSorted());
  }
});

test("Leichte Sprache keeps to short sentences, and says what is, not what could be", () => {
  for (const [key, text] of Object.entries(catalogue("leicht"))) {
    expect(text, key).not.toMatch(/\b(könnte|würde|dürfte|möchte|sollte|müsste|wäre|hätte)/i);
    // Labels that name a paragraph of the law are no sentences.
    for (const sentence of text.replace(/\(§[^)]*\)/g, "").split(/[.?!:](?:\s|$)|\n/)) {
      expect(sentence.trim().split(/\s+/).length, `${key}: ${sentence}`).toBeLessThanOrEqual(12);
    }
  }
});

test("placeholders are filled once, whatever the value says", async () => {
  const t = await loadTexts("de");
  expect(t("parcel", { number: "12/{number}" })).toBe("Flurstück 12/{number}");
  expect((await loadTexts("en"))("parcel", { number: "7" })).toBe("Parcel 7");
  expect(translator({ "ui.map.cluster": "{n} of {m}" } as Texts)("cluster", { n: "3" })).toBe("3 of {m}");
});
