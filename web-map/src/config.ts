// What the server says about the map of a page: the data block `#map-config`, written by `pages/map_config.rs`.
import type { Box } from "./geometry.ts";
import type { Language } from "./texts.ts";
import type { Selectable } from "./urlstate.ts";

export interface Group {
  code: string;
  letter: string;
  label: string;
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
  /** Address of what the page lists, as GeoJSON. */
  listings: string;
  selected?: { collection: Selectable; id: string };
  groups: Group[];
  municipalities: Municipality[];
  credits: string[];
  linkQuery: string;
}

export function readConfig(document: Document): MapConfig | undefined {
  const json = document.getElementById("map-config")?.textContent;
  return json ? (JSON.parse(json) as MapConfig) : undefined;
}

/** The group with this code; one that the page does not know of is the last, the register. */
export function groupOf(config: Pick<MapConfig, "groups">, code: string): Group {
  const found = config.groups.find((group) => group.code === code) ?? config.groups.at(-1);
  if (!found) {
    throw new Error("the page names no groups");
  }
  return found;
}

const PATHS: Record<Selectable, string> = { sites: "flaeche", buildings: "gebaeude", parcels: "flurstueck" };

/** Path of the page of a record, in the language of this page. */
export function pagePath(config: Pick<MapConfig, "linkQuery">, collection: Selectable, id: string): string {
  const path = `/${PATHS[collection]}/${encodeURIComponent(id)}`;
  return config.linkQuery ? `${path}?${config.linkQuery}` : path;
}
