// The map's part of the text catalogue in data/texts, loaded in the language of the page.
import type german from "../../data/texts/de.json";

type Key<K> = K extends `ui.map.${infer Name}` ? Name : never;

/** Name of a text: a key of the catalogue without its prefix `ui.map.`. A missing text does not compile. */
export type TextName = Key<keyof typeof german>;

export type Texts = Record<`ui.map.${TextName}`, string>;

/** Looks a text up and fills its placeholders `{name}`. */
export type Translate = (name: TextName, values?: Record<string, string>) => string;

export type Language = "de" | "en";

export function translator(texts: Texts): Translate {
  return (name, values = {}) =>
    texts[`ui.map.${name}`].replace(/\{(\w+)\}/g, (placeholder, key: string) => values[key] ?? placeholder);
}

export async function loadTexts(language: Language): Promise<Translate> {
  const catalogue = language === "en" ? await import("virtual:texts/en") : await import("virtual:texts/de");
  return translator(catalogue.default);
}
