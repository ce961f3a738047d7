// The built-in background: cadastral districts with their names, and municipalities as labels when far away.
// It makes the map useful without any outside service.
import type { ApiFeature, DistrictProperties } from "../api.ts";
import type { Municipality } from "../config.ts";
import { element } from "../dom.ts";
import { boxOf, labelPoint, largestRing, type Box } from "../geometry.ts";
import type { Corner } from "../urlstate.ts";
import { DivIcon, GeoJSON, LatLng, LatLngBounds, LayerGroup, type LeafletMap, Marker, type Point, SVG } from "./leaflet.ts";

/** Width in pixels below which a municipality is a label and a district has no name. */
const SMALL = 70;

export class Ground {
  readonly #map: LeafletMap;
  readonly #outline: GeoJSON;
  readonly #areas: GeoJSON;
  /** Boxes of municipalities of which no district is drawn. */
  readonly #boxes: GeoJSON;
  readonly #labels = new LayerGroup();
  #municipalities: readonly Municipality[];
  /** Undefined until they are known. */
  #districts: readonly ApiFeature<DistrictProperties>[] | undefined;
  #named: { name: string; at: LatLng; box: Box }[] = [];
  #towns: { municipality: Municipality; at: LatLng }[] = [];

  constructor(map: LeafletMap, municipalities: readonly Municipality[]) {
    this.#map = map;
    this.#municipalities = municipalities;
    const renderer = new SVG({ pane: "ground", padding: 0.5 });
    const options = { pane: "ground", renderer, interactive: false };
    // The outline is drawn broad and the areas over it: what is left of it runs round the outside.
    this.#outline = new GeoJSON(undefined, { ...options, style: { className: "district-outline" } });
    this.#areas = new GeoJSON(undefined, { ...options, style: { className: "district" } });
    this.#boxes = new GeoJSON(undefined, { ...options, style: { className: "district" } });
    for (const layer of [this.#outline, this.#areas, this.#boxes, this.#labels]) {
      layer.addTo(map);
    }
    map.on("zoomend", () => this.#drawLabels());
    this.#drawLabels();
  }

  setDistricts(districts: readonly ApiFeature<DistrictProperties>[]): void {
    this.#outline.clearLayers();
    this.#areas.clearLayers();
    this.#districts = districts;
    this.#named = [];
    for (const { geometry, properties } of districts) {
      const [at, box] = geometry ? [labelPoint(geometry), boxOf(geometry)] : [];
      if (geometry && at && box) {
        this.#outline.addData(geometry);
        this.#named.push({ name: properties.name, at: new LatLng(at[1], at[0]), box });
      }
    }
    for (const { geometry } of districts) {
      if (geometry) {
        this.#areas.addData(geometry);
      }
    }
    this.#drawBoxes();
    this.#drawLabels();
  }

  /** Whether a municipality in a box has no district with a known area. */
  lacksDistricts([west, south, east, north]: Box): boolean {
    return this.#undivided().some(({ bounds: [w, s, e, n] }) => w <= east && e >= west && s <= north && n >= south);
  }

  /** Their districts are drawn elsewhere, round their parcels: boxes are not needed. */
  leaveOutBoxes(): void {
    this.#boxes.remove();
  }

  setMunicipalities(municipalities: readonly Municipality[]): void {
    this.#municipalities = municipalities;
    this.#drawLabels();
  }

  /** Districts near the view by name, each with the outline of its largest part. */
  districts(): { name: string; ring: Corner[] }[] {
    const outlines = (this.#districts ?? []).flatMap(({ geometry, properties }) => {
      const ring = geometry && largestRing(geometry);
      return ring ? [{ name: properties.name, ring: ring.map(([lng, lat]): Corner => [lng!, lat!]) }] : [];
    });
    return outlines.toSorted((a, b) => a.name.localeCompare(b.name, "de"));
  }

  #undivided(): Municipality[] {
    if (!this.#districts) {
      return [];
    }
    const divided = new Set(this.#districts.filter(({ geometry }) => geometry).map(({ properties }) => properties.ags));
    return this.#municipalities.filter(({ ags }) => !divided.has(ags));
  }

  /** A municipality without districts shows at least where it lies. */
  #drawBoxes(): void {
    this.#boxes.clearLayers();
    for (const { bounds: [west, south, east, north] } of this.#undivided()) {
      const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
      this.#boxes.addData({ type: "Polygon", coordinates: [ring] } as GeoJSON.Polygon);
    }
  }

  /** The municipality whose label lies at this place of the screen. */
  townAt(point: Point): Municipality | undefined {
    return this.#towns.find(({ at }) => {
      const distance = this.#map.latLngToContainerPoint(at).subtract(point);
      return Math.abs(distance.x) < 70 && Math.abs(distance.y) < 24;
    })?.municipality;
  }

  /** Whether a municipality is so small on the screen that a label stands for all that is in it. */
  isLabelled(ags: string): boolean {
    return this.#municipalities.some((municipality) => municipality.ags === ags && this.#isSmall(municipality));
  }

  #isSmall({ bounds: box }: Municipality): boolean {
    return this.#width(box) < SMALL;
  }

  #drawLabels(): void {
    this.#labels.clearLayers();
    this.#towns = this.#municipalities
      .filter((municipality) => this.#isSmall(municipality))
      .map((municipality) => ({ municipality, at: bounds(municipality.bounds).getCenter() }));
    for (const { municipality, at } of this.#towns) {
      const count = municipality.sites > 0 ? [element("span", { class: "town-count" }, String(municipality.sites))] : [];
      this.#label(at, element("span", { class: "town-label" }, municipality.name, ...count));
    }
    for (const { name, at, box } of this.#named) {
      if (this.#width(box) >= Math.max(SMALL, name.length * 8)) {
        this.#label(at, element("span", { class: "district-label" }, name));
      }
    }
  }

  #label(at: LatLng, html: HTMLElement): void {
    const icon = new DivIcon({ html, className: "map-label", iconSize: [0, 0] });
    this.#labels.addLayer(new Marker(at, { icon, interactive: false, keyboard: false, pane: "labels" }));
  }

  #width([west, south, east]: Box): number {
    return this.#map.project([south, east]).x - this.#map.project([south, west]).x;
  }
}

export function bounds([west, south, east, north]: Box): LatLngBounds {
  return new LatLngBounds([south, west], [north, east]);
}
