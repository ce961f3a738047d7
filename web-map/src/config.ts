// What the server says about the map of a page: the data block `#map-config`, written by `pages/map_config.rs`.
import type { SiteProperties } from "./api.ts";
import type { Box } from "./geometry.ts";
import type { Language } from "./texts.ts";

export interface Group {
  code: string;
  letter: string;
  label: string;
  one: string;
  /** Names of its site types by code. */
  types: Record<string, string>;
}

export interface Municipality {
  ags: string;
  name: string;
  sites: number;
  bounds: Box;
  href: string;
}

export interface MapConfig {
  language: Language;
  bounds: Box | null;
  /** There is nothing to be seen but parcels. */
  isNearOnly?: boolean;
  ags?: string;
  matching?: string[];
  selected?: { collection: "sites" | "parcels"; id: string };
  groups: Group[];
  municipalities: Municipality[];
  credits: string[];
  linkQuery: string;
}

export function readConfig(document: Document): MapConfig | undefined {
  const json = document.getElementById("map-config")?.textContent;
  return json ? (JSON.parse(json) as MapConfig) : undefined;
}

/** The group of a site: by its type, or the one without types where the type is not public. */
export function groupOf(config: MapConfig, type: string | null): Group {
  const untyped = config.groups.find((group) => Object.keys(group.types).length === 0);
  const group = type === null ? untyped : config.groups.find((candidate) => type in candidate.types);
  const found = group ?? untyped ?? config.groups[0];
  if (!found) {
    throw new Error("the page names no groups");
  }
  return found;
}

/** What a site is called: its name, or its type and where it lies. */
export function siteTitle(config: MapConfig, site: SiteProperties): string {
  if (site.name) {
    return site.name;
  }
  const group = groupOf(config, site.type);
  const kind = (site.type !== null && group.types[site.type]) || group.one;
  const place = site.street ?? site.locality ?? site.district;
  return place ? `${kind}, ${place}` : kind;
}

/** Path of the page of a site or a parcel, in the language of this page. */
export function pagePath(config: Pick<MapConfig, "linkQuery">, collection: "sites" | "parcels", id: string): string {
  const path = `/${collection === "sites" ? "flaeche" : "flurstueck"}/${encodeURIComponent(id)}`;
  return config.linkQuery ? `${path}?${config.linkQuery}` : path;
}
