// What the map reads of this server: what a page lists, and features of the OGC API, both in a box.
import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { Box } from "./geometry.ts";

export interface ParcelProperties {
  number: string | null;
  district: string | null;
  official_area_m2: number | null;
}

export interface DistrictProperties {
  name: string;
  ags: string;
}

/** Public properties of what is listed; what its basis of publication does not show is null. */
export interface ListingProperties {
  ags: string;
  status?: string | null;
  area_m2?: number | null;
}

/** Collections of which the map reads single features. */
export type Collection = "sites" | "buildings" | "parcels" | "districts";

export type ApiFeature<P> = Feature<Geometry | null, P> & { id: string };

/** An entry of a list: a site, or a building whose vacancy is published. */
export type ListingFeature = ApiFeature<ListingProperties> & {
  collection: "sites" | "buildings";
  /** Code of its group in the legend. */
  group: string;
  title: string;
  /** Address of its page. */
  page: string;
};

export interface ApiPage<P> extends FeatureCollection<Geometry | null, P> {
  features: ApiFeature<P>[];
  numberMatched?: number;
  links?: { rel: string; href: string }[];
}

/** Features one answer of the OGC API holds at most. */
const PAGE_LIMIT = 1000;

// Seven decimals are about a centimetre.
const degrees = (value: number): string => String(Math.round(value * 1e7) / 1e7);

export function itemsUrl(collection: Collection, box: Box): string {
  return `/ogc/collections/${collection}/items?bbox=${box.map(degrees).join(",")}&limit=${PAGE_LIMIT}`;
}

/** What a page lists, in a box; a list that is limited to a box already is asked for as it is. */
export function listingsUrl(listings: string, box: Box): string {
  if (/[?&]bbox=/.test(listings)) {
    return listings;
  }
  return `${listings}${listings.includes("?") ? "&" : "?"}bbox=${box.map(degrees).join(",")}`;
}

/** Address of the page after this one, on this server whatever name it goes by behind a proxy. */
export function nextUrl(page: ApiPage<unknown>, base: string): string | undefined {
  const href = page.links?.find((link) => link.rel === "next")?.href;
  if (href === undefined) {
    return undefined;
  }
  const url = new URL(href, base);
  return url.pathname + url.search;
}

export type FetchPage = <P>(url: string, signal: AbortSignal) => Promise<ApiPage<P>>;

export const fetchPage: FetchPage = async <P>(url: string, signal: AbortSignal) => {
  const response = await fetch(url, { signal, headers: { accept: "application/geo+json" } });
  if (!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  return (await response.json()) as ApiPage<P>;
};
