// Parcels and buildings of the official cadastre, painted on one canvas. Picking is done on the geometry,
// so the canvas has no listeners and costs nothing while the pointer moves.
import type { Feature } from "geojson";
import type { ApiFeature, BuildingProperties, ParcelProperties } from "../api.ts";
import { boxOf, covers, type Box } from "../geometry.ts";
import { Canvas, DivIcon, GeoJSON, LatLng, LayerGroup, type LeafletMap, Marker, type PathOptions } from "./leaflet.ts";
import { element } from "../dom.ts";
import { labelPoint } from "../geometry.ts";
import { onThemeChange, readTheme } from "./theme.ts";

/** From this zoom on the numbers of parcels are written. */
const NUMBERS_FROM = 18;
const MOST_NUMBERS = 400;

export type Parcel = ApiFeature<ParcelProperties>;
export type Building = ApiFeature<BuildingProperties>;

export class BaseData {
  readonly #map: LeafletMap;
  readonly #parcels: GeoJSON;
  readonly #buildings: GeoJSON;
  readonly #numbers = new LayerGroup();
  #boxed: { parcel: Parcel; box: Box }[] = [];

  constructor(map: LeafletMap) {
    this.#map = map;
    const renderer = new Canvas({ pane: "base", padding: 0.5 });
    const options = { renderer, pane: "base", interactive: false };
    this.#parcels = new GeoJSON(undefined, { ...options, style: () => this.#parcelStyle() });
    this.#buildings = new GeoJSON(undefined, { ...options, style: (building) => this.#buildingStyle(building) });
    for (const layer of [this.#parcels, this.#buildings, this.#numbers]) {
      layer.addTo(map);
    }
    map.on("moveend", () => this.#drawNumbers());
    onThemeChange(() => this.#restyle());
  }

  setParcels(parcels: readonly Parcel[]): void {
    this.#parcels.clearLayers();
    this.#boxed = [];
    for (const parcel of parcels) {
      const box = parcel.geometry && boxOf(parcel.geometry);
      if (box) {
        this.#boxed.push({ parcel, box });
        this.#parcels.addData(parcel as Feature);
      }
    }
    this.#drawNumbers();
  }

  setBuildings(buildings: readonly Building[]): void {
    this.#buildings.clearLayers();
    for (const building of buildings) {
      if (building.geometry) {
        this.#buildings.addData(building as Feature);
      }
    }
  }

  /** The parcel at a place; of several, as strata may be, the smallest. */
  parcelAt({ lng, lat }: LatLng): Parcel | undefined {
    const hits = this.#boxed.filter(
      ({ parcel, box }) =>
        box[0] <= lng && lng <= box[2] && box[1] <= lat && lat <= box[3] && covers(parcel.geometry!, lng, lat),
    );
    const size = ({ box }: { box: Box }): number => (box[2] - box[0]) * (box[3] - box[1]);
    return hits.toSorted((a, b) => size(a) - size(b))[0]?.parcel;
  }

  parcel(id: string): Parcel | undefined {
    return this.#boxed.find(({ parcel }) => parcel.id === id)?.parcel;
  }

  #parcelStyle(): PathOptions {
    return { color: readTheme(this.#map.getContainer()).parcel, weight: 1, fill: false };
  }

  #buildingStyle(building: Feature | undefined): PathOptions {
    const theme = readTheme(this.#map.getContainer());
    const isVacant = Boolean((building as Building | undefined)?.properties.vacancy_degree);
    return isVacant
      ? { color: theme.vacant, weight: 2.5, fillColor: theme.vacant, fillOpacity: 0.35 }
      : { color: theme.buildingEdge, weight: 1, fillColor: theme.building, fillOpacity: 1 };
  }

  #restyle(): void {
    this.#parcels.setStyle(() => this.#parcelStyle());
    this.#buildings.setStyle((building) => this.#buildingStyle(building));
  }

  #drawNumbers(): void {
    this.#numbers.clearLayers();
    if (this.#map.getZoom() < NUMBERS_FROM) {
      return;
    }
    const view = this.#map.getBounds();
    let written = 0;
    for (const { parcel } of this.#boxed) {
      const at = parcel.properties.number && labelPoint(parcel.geometry!);
      if (at && written < MOST_NUMBERS && view.contains([at[1], at[0]])) {
        written += 1;
        const html = element("span", { class: "parcel-number" }, parcel.properties.number!);
        const icon = new DivIcon({ html, className: "map-label", iconSize: [0, 0] });
        const marker = new Marker([at[1], at[0]], { icon, interactive: false, keyboard: false, pane: "labels" });
        this.#numbers.addLayer(marker);
      }
    }
  }
}
