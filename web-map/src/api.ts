// The part of the OGC API of this server that the map reads: features of a collection in a box.
import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { Box } from "./geometry.ts";

/** Public properties of a site; what its basis of publication does not show is null. */
export interface SiteProperties {
  name: string | null;
  type: string | null;
  basis: string | null;
  ags: string;
  street: string | null;
  locality: string | null;
  district: string | null;
  area_m2: number | null;
  price_eur: number | null;
}

export interface ParcelProperties {
  number: string | null;
  district: string | null;
  official_area_m2: number | null;
}

export interface BuildingProperties {
  basis: string | null;
  vacancy_degree: string | null;
}

export interface DistrictProperties {
  name: string;
  ags: string;
}

export interface Collections {
  sites: SiteProperties;
  parcels: ParcelProperties;
  buildings: BuildingProperties;
  districts: DistrictProperties;
}

export type Collection = keyof Collections;

export type ApiFeature<P> = Feature<Geometry | null, P> & { id: string };

export interface ApiPage<P> extends FeatureCollection<Geometry | null, P> {
  features: ApiFeature<P>[];
  numberMatched?: number;
  links?: { rel: string; href: string }[];
}

/** Features one answer holds at most. */
const PAGE_LIMIT = 1000;

// Seven decimals are about a centimetre.
const degrees = (value: number): string => String(Math.round(value * 1e7) / 1e7);

export function itemsUrl(collection: Collection, box: Box): string {
  return `/ogc/collections/${collection}/items?bbox=${box.map(degrees).join(",")}&limit=${PAGE_LIMIT}`;
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
