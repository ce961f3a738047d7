// What the fragment of the address says: `#karte=15/51.1600/12.9300&flaeche=abc`.
// The query belongs to the server (filters); the fragment to the map (view, selection).

export interface MapView {
  zoom: number;
  lat: number;
  lng: number;
}

export interface UrlState {
  /** Whether the map is to be seen where there is no room for list and map. */
  isMapShown: boolean;
  view?: MapView;
  selected?: { collection: "sites" | "parcels"; id: string };
}

const MAP = "karte";
const SELECTED = { flaeche: "sites", flurstueck: "parcels" } as const;

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
  const isView =
    parts.length === 3 &&
    inRange(zoom, 0, 22) &&
    inRange(lat, -85, 85) &&
    inRange(lng, -180, 180);
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
    const key = state.selected.collection === "sites" ? "flaeche" : "flurstueck";
    parts.push(`${key}=${encodeURIComponent(state.selected.id)}`);
  }
  return parts.length > 0 ? `#${parts.join("&")}` : "";
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** The page with the list limited to a box; its filters stay, the page number does not. */
export function searchHere(path: string, search: string, box: readonly number[]): string {
  const parameters = new URLSearchParams(search);
  parameters.set("bbox", box.map((value) => round(value, 5)).join(","));
  parameters.delete("seite");
  return `${path}?${parameters.toString().replaceAll("%2C", ",")}`;
}
