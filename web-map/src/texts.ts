// The map's part of the text catalogue in data/texts, loaded in the language of the page.
import type german from "../../data/texts/de.json";

type Key<K> = K extends `ui.map.${infer Name}` ? Name : never;

/** Name of a text: a key of the catalogue without its prefix `ui.map.`. A missing text does not compile. */
export type TextName = Key<keyof typeof german>;

export type Texts = Record<`ui.map.${TextName}`, string>;

/** Looks a text up and fills its placeholders `{name}`. */
export type Translate = (name: TextName, values?: Record<string, string>) => string;

/** As the server names it in addresses; "leicht" is German in Leichte Sprache. */
export type Language = "de" | "en" | "leicht";

export const isLanguage = (code: unknown): code is Language => code === "de" || code === "en" || code === "leicht";

export function translator(texts: Texts): Translate {
  return (name, values = {}) =>
    texts[`ui.map.${name}`].replace(/\{(\w+)\}/g, (placeholder, key: string) => values[key] ?? placeholder);
}

export async function loadTexts(language: Language): Promise<Translate> {
  // One name each: the bundler makes a chunk of each, and a page loads one of them.
  const load = {
    de: () => import("virtual:texts/de"),
    en: () => import("virtual:texts/en"),
    leicht: () => import("virtual:texts/leicht"),
  };
  return translator((await load[language]()).default);
}
