import { expect, test } from "vitest";
import { formatArea, formatNumber, formatPrice } from "../src/format.ts";
import type { Language } from "../src/texts.ts";
import cases from "./format-cases.json" with { type: "json" };

const write: Record<string, (value: number, language: Language) => string> = {
  number: (value, language) => formatNumber(value, language),
  area: formatArea,
  price: formatPrice,
};

test("there are cases of every kind", () => {
  expect(new Set(cases.map((given) => given.kind))).toEqual(new Set(Object.keys(write)));
});

// The server's tests run the same cases.
test.each(cases)("$kind $value", ({ kind, value, de, en }) => {
  expect(write[kind]?.(value, "de")).toBe(de);
  expect(write[kind]?.(value, "en")).toBe(en);
});
