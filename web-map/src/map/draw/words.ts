// Figures of a drawn area in words.
import type { Figure, Figures } from "../../figures.ts";
import { formatArea, formatNumber } from "../../format.ts";
import type { Language, Translate } from "../../texts.ts";

/** "5 Flächen, 2,3 ha · 64 Flurstücke, 8,1 ha". */
export function inWords({ listings, parcels }: Figures, t: Translate, language: Language): string {
  const words = ({ matched, area, missing }: Figure, one: "count_site" | "count_parcel", many: "count_sites" | "count_parcels"): string => {
    const count = matched === 1 ? t(one) : t(many, { n: formatNumber(matched, language) });
    return matched > missing ? `${count}, ${formatArea(area, language)}` : count;
  };
  return `${words(listings, "count_site", "count_sites")} · ${words(parcels, "count_parcel", "count_parcels")}`;
}
