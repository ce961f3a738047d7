// WCAG 2.2: 4.5:1 for text (1.4.3), 3:1 for what carries meaning on the map and for controls (1.4.11).
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(resolve(import.meta.dirname, "../src/styles/tokens.css"), "utf8");
const [light, dark] = css.split("@media (prefers-color-scheme: dark)") as [string, string];

function tokens(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]));
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const GROUPS = ["grundstueck", "wohnhaus", "hof", "brache", "gewerbe", "kataster"].map((group) => `group-${group}`);
const GROUNDS = ["paper", "surface", "surface-raised"];

const TEXT: [string, string][] = [
  ...["ink", "ink-soft", "link"].flatMap((ink): [string, string][] => GROUNDS.map((ground) => [ink, ground])),
  ["accent-ink", "accent"],
  ["sun-ink", "sun-soft"],
  ["danger", "danger-soft"],
  ["link", "accent-soft"],
  ["ink", "accent-soft"],
  ["map-label", "map-land"],
  ...GROUPS.map((group): [string, string] => ["badge-ink", group]),
];

const SIGNS: [string, string][] = [
  ...["map-land", "map-outside", "surface"].flatMap((ground): [string, string][] => GROUPS.map((group) => [group, ground])),
  ...GROUNDS.map((ground): [string, string] => ["line-strong", ground]),
  ...GROUNDS.map((ground): [string, string] => ["focus", ground]),
  ["map-select", "map-select-casing"],
  ["map-select", "map-land"],
  ["map-vacant", "map-building"],
  ["focus", "map-land"],
];

describe.each([
  ["light", tokens(light)],
  ["dark", { ...tokens(light), ...tokens(dark) }],
])("%s", (_, colours) => {
  test.each(TEXT)("%s is legible on %s", (ink, ground) => {
    expect(contrast(colours[ink]!, colours[ground]!)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(SIGNS)("%s is seen on %s", (sign, ground) => {
    expect(contrast(colours[sign]!, colours[ground]!)).toBeGreaterThanOrEqual(3);
  });

  test("every colour was found", () => {
    for (const name of [...TEXT, ...SIGNS].flat()) {
      expect(colours[name], name).toMatch(/^#/);
    }
  });
});
