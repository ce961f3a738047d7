// What lies in a shape: `POST /api/figures` with a filter in CQL2-JSON.
import type { Collection } from "./api.ts";
import type { MapConfig } from "./config.ts";
import { polygonOf } from "./shape.ts";
import type { Shape } from "./urlstate.ts";

export interface Figure {
  matched: number;
  /** Sum of the areas in m²; of those that are known. */
  area: number;
  /** Records without a known area. */
  missing: number;
}

export interface Figures {
  sites: Figure;
  parcels: Figure;
}

type Filter = { op: string; args: unknown[] };

interface FiguresRequest {
  collection: Collection;
  filter: Filter;
  sum: string;
}

interface FiguresResponse {
  matched: number;
  sum?: { value: number; missing: number };
}

/** The questions about a shape: sites that the page's filters let through, and parcels. */
export function questions(shape: Shape, { ags, matching }: Pick<MapConfig, "ags" | "matching">): Record<keyof Figures, FiguresRequest> {
  const within: Filter = { op: "s_intersects", args: [{ property: "geometry" }, polygonOf(shape)] };
  const ofTown = ags === undefined ? [] : [{ op: "=", args: [{ property: "ags" }, ags] }];
  const passing = matching === undefined ? [] : [{ op: "in", args: [{ property: "site_id" }, matching] }];
  return {
    sites: { collection: "sites", filter: all([within, ...ofTown, ...passing]), sum: "area_m2" },
    parcels: { collection: "parcels", filter: all([within, ...ofTown]), sum: "official_area_m2" },
  };
}

function all(filters: readonly Filter[]): Filter {
  return filters.length === 1 ? filters[0]! : { op: "and", args: [...filters] };
}

export async function fetchFigures(shape: Shape, config: Pick<MapConfig, "ags" | "matching">, signal: AbortSignal): Promise<Figures> {
  const asked = questions(shape, config);
  // Where no site passes the filters there is nothing to ask.
  const sites = config.matching?.length === 0 ? { matched: 0, area: 0, missing: 0 } : ask(asked.sites, signal);
  const [ofSites, ofParcels] = await Promise.all([sites, ask(asked.parcels, signal)]);
  return { sites: ofSites, parcels: ofParcels };
}

async function ask(request: FiguresRequest, signal: AbortSignal): Promise<Figure> {
  const response = await fetch("/api/figures", {
    method: "POST",
    signal,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(request),
  });
  if (!response.ok) {
    throw new Error(`/api/figures: ${response.status}`);
  }
  const { matched, sum } = (await response.json()) as FiguresResponse;
  return { matched, area: sum?.value ?? 0, missing: sum?.missing ?? 0 };
}
