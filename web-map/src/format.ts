// Numbers, areas and prices as people read them; test/format-cases.json holds cases for here and for the server.
import type { Language } from "./texts.ts";

const LOCALES: Record<Language, string> = { de: "de-DE", en: "en-GB", leicht: "de-DE" };
const NBSP = "\u00a0";

/** A number with grouped thousands and at most `decimals` decimals. */
export function formatNumber(value: number, language: Language, decimals = 2): string {
  const format = new Intl.NumberFormat(LOCALES[language], {
    maximumFractionDigits: decimals,
    signDisplay: "negative",
    useGrouping: "always",
  });
  return format.format(value);
}

/** An area in m²: whole m² below one hectare, then hectares with one decimal, from 100 ha on whole ones. */
export function formatArea(squareMetres: number, language: Language): string {
  if (Math.round(squareMetres) < 10_000) {
    return `${formatNumber(squareMetres, language, 0)}${NBSP}m²`;
  }
  const hectares = squareMetres / 10_000;
  return `${formatNumber(hectares, language, hectares < 100 ? 1 : 0)}${NBSP}ha`;
}

/** A price in EUR; cents only where there are some. */
export function formatPrice(euros: number, language: Language): string {
  const cents = Math.round(euros * 100) % 100 === 0 ? 0 : 2;
  const format = new Intl.NumberFormat(LOCALES[language], {
    style: "currency",
    currency: "EUR",
    minimumFractionDigits: cents,
    maximumFractionDigits: cents,
    useGrouping: "always",
  });
  return format.format(euros);
}
