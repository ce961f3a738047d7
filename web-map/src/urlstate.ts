// What the address of a page says to and of the map.
//
// The query belongs to the server (filters); of it the map reads and writes where to look, all in CRS84 degrees:
//   gebiet=lon,lat,lon,lat,…   a drawn area: 3 to 400 corners, five decimals, the last side closed by itself
//   umkreis=lon,lat,metres     a circle
//   bbox=west,south,east,north what the map showed
// The fragment belongs to the map (view, selection): `#karte=15/51.16/12.93&flaeche=abc`.

export interface MapView {
  zoom: number;
  lat: number;
  lng: number;
}

export interface UrlState {
  /** Whether the map is to be seen where there is no room for list and map. */
  isMapShown: boolean;
  view?: MapView;
  selected?: { collection: Selectable; id: string };
}

/** Collections whose records can be chosen on the map. */
export type Selectable = "sites" | "buildings" | "parcels";

/** Longitude, latitude. */
export type Corner = readonly [number, number];

export type Shape = { kind: "area"; corners: readonly Corner[] } | { kind: "circle"; centre: Corner; metres: number };

export const MOST_CORNERS = 400;
const MOST_METRES = 100_000;
const PLACE_KEYS = { area: "gebiet", circle: "umkreis", box: "bbox" } as const;
const PAGE = "seite";

const MAP = "karte";
const SELECTED = { flaeche: "sites", gebaeude: "buildings", flurstueck: "parcels" } as const;

export function parseHash(hash: string): UrlState {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const state: UrlState = { isMapShown: parameters.has(MAP) };
  const view = parseView(parameters.get(MAP) ?? "");
  if (view) {
    state.view = view;
  }
  for (const [key, collection] of Object.entries(SELECTED)) {
    const id = parameters.get(key);
    if (id) {
      state.selected = { collection, id };
    }
  }
  return state;
}

function parseView(text: string): MapView | undefined {
  const parts = text.split("/");
  const [zoom, lat, lng] = parts.map((part) => (part === "" ? NaN : Number(part)));
  const isView = parts.length === 3 && inRange(zoom, 0, 22) && inRange(lat, -85, 85) && inRange(lng, -180, 180);
  return isView ? { zoom: zoom!, lat: lat!, lng: lng! } : undefined;
}

function inRange(value: number | undefined, least: number, greatest: number): boolean {
  return value !== undefined && value >= least && value <= greatest;
}

export function formatHash(state: UrlState): string {
  const parts: string[] = [];
  if (state.view) {
    const { zoom, lat, lng } = state.view;
    parts.push(`${MAP}=${round(zoom, 2)}/${round(lat, 5)}/${round(lng, 5)}`);
  } else if (state.isMapShown) {
    parts.push(MAP);
  }
  if (state.selected) {
    const { collection, id } = state.selected;
    const key = Object.entries(SELECTED).find(([, name]) => name === collection)![0];
    parts.push(`${key}=${encodeURIComponent(id)}`);
  }
  return parts.length > 0 ? `#${parts.join("&")}` : "";
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** The area or circle that a query limits the list to; one that makes no sense is left to the server to refuse. */
export function parseShape(search: string): Shape | undefined {
  const parameters = new URLSearchParams(search);
  const corners = pairs(numbers(parameters.get(PLACE_KEYS.area)));
  if (corners.length >= 3 && corners.length <= MOST_CORNERS) {
    return { kind: "area", corners };
  }
  const [lng, lat, metres] = numbers(parameters.get(PLACE_KEYS.circle));
  const isCircle = inRange(lng, -180, 180) && inRange(lat, -90, 90) && inRange(metres, 1, MOST_METRES);
  return isCircle ? { kind: "circle", centre: [lng!, lat!], metres: metres! } : undefined;
}

function numbers(text: string | null): number[] {
  const values = text ? text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part))) : [];
  return values.every(Number.isFinite) ? values : [];
}

function pairs(values: readonly number[]): Corner[] {
  const corners: Corner[] = [];
  for (let i = 0; i + 1 < values.length; i += 2) {
    corners.push([values[i]!, values[i + 1]!]);
  }
  const isEven = values.length % 2 === 0;
  return isEven && corners.every(([lng, lat]) => inRange(lng, -180, 180) && inRange(lat, -90, 90)) ? corners : [];
}

export function formatShape(shape: Shape): [key: string, value: string] {
  const degrees = (corner: Corner): string => corner.map((value) => round(value, 5)).join(",");
  return shape.kind === "area"
    ? [PLACE_KEYS.area, shape.corners.map(degrees).join(",")]
    : [PLACE_KEYS.circle, `${degrees(shape.centre)},${Math.round(shape.metres)}`];
}

/** The page with the list limited to a shape, or to none; its filters stay, other places and the page number do not. */
export function searchWithin(path: string, search: string, shape: Shape | undefined): string {
  return limited(path, search, shape && formatShape(shape));
}

/** The page with the list limited to a box. */
export function searchHere(path: string, search: string, box: readonly number[]): string {
  return limited(path, search, [PLACE_KEYS.box, box.map((value) => round(value, 5)).join(",")]);
}

function limited(path: string, search: string, place: [key: string, value: string] | undefined): string {
  const parameters = new URLSearchParams(search);
  for (const key of [...Object.values(PLACE_KEYS), PAGE]) {
    parameters.delete(key);
  }
  if (place) {
    parameters.set(...place);
  }
  const query = parameters.toString().replaceAll("%2C", ",");
  return query ? `${path}?${query}` : path;
}
