// What lies in a shape: entries of the list, as it would be limited to it, and parcels from `POST /api/figures`.
import type { ApiPage, ListingProperties } from "./api.ts";
import type { MapConfig } from "./config.ts";
import { polygonOf } from "./shape.ts";
import { searchWithin, type Shape } from "./urlstate.ts";

export interface Figure {
  matched: number;
  /** Sum of the areas in m²; of those that are known. */
  area: number;
  /** Records without a known area. */
  missing: number;
}

export interface Figures {
  listings: Figure;
  parcels: Figure;
}

interface FiguresResponse {
  matched: number;
  sum?: { value: number; missing: number };
}

/** Where the list says what of it lies in the shape. */
export function listingsWithin(listings: string, shape: Shape): string {
  const [path, search = ""] = listings.split("?");
  return searchWithin(path!, search, shape);
}

/** The question for parcels, of the page's municipality if it is about one; the filter is CQL2-JSON. */
export function parcelsWithin(shape: Shape, ags: string | undefined): object {
  const within = { op: "s_intersects", args: [{ property: "geometry" }, polygonOf(shape)] };
  const ofTown = { op: "=", args: [{ property: "ags" }, ags] };
  const filter = ags === undefined ? within : { op: "and", args: [within, ofTown] };
  return { collection: "parcels", filter, sum: "official_area_m2" };
}

export async function fetchFigures(shape: Shape, config: Pick<MapConfig, "ags" | "listings">, signal: AbortSignal): Promise<Figures> {
  const listings = answer<ApiPage<ListingProperties>>(listingsWithin(config.listings, shape), { signal });
  const parcels = answer<FiguresResponse>("/api/figures", {
    method: "POST",
    signal,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(parcelsWithin(shape, config.ags)),
  });
  const [{ features }, { matched, sum }] = await Promise.all([listings, parcels]);
  return { listings: add(features), parcels: { matched, area: sum?.value ?? 0, missing: sum?.missing ?? 0 } };
}

function add(features: readonly { properties: ListingProperties }[]): Figure {
  const areas = features.map(({ properties }) => properties.area_m2 ?? undefined).filter((area) => area !== undefined);
  const area = areas.reduce((sum, value) => sum + value, 0);
  return { matched: features.length, area, missing: features.length - areas.length };
}

async function answer<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  return (await response.json()) as T;
}
