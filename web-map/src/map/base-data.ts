// Parcels and buildings of the official cadastre, from vector tiles. Picking is done on the decoded geometry,
// so the canvases have no listeners and cost nothing while the pointer moves.
import { fetchPage, itemsUrl, type ApiFeature, type ParcelProperties } from "../api.ts";
import { element } from "../dom.ts";
import { labelPoint, type Box } from "../geometry.ts";
import { BoxLoader } from "./box-loader.ts";
import { DivIcon, type LatLng, LayerGroup, type LeafletMap, Marker, Polygon, SVG } from "./leaflet.ts";
import { onThemeChange, readTheme } from "./theme.ts";
import type { TileFeature } from "./tiles/decode.ts";
import { TileGrid, type Found } from "./tiles/grid.ts";
import type { TileStyle } from "./tiles/paint.ts";
import { TileSource } from "./tiles/source.ts";

/** From this zoom on parcels are drawn singly. */
export const PARCELS_FROM = 15;
/** From this zoom on the numbers of parcels are written. */
const NUMBERS_FROM = 18;
const MOST_NUMBERS = 400;

export interface BaseDataOptions {
  map: LeafletMap;
  /** All tiles in view are there, with so many parcels; or so many of them could not be had. */
  onSettled(parcels: number, failed: number): void;
  /** The same of the districts that are drawn round their parcels. */
  onOutlined(districts: number, failed: number): void;
}

export class BaseData {
  readonly #map: LeafletMap;
  readonly #source = new TileSource(({ z, x, y }) => `/ogc/tiles/WebMercatorQuad/${z}/${y}/${x}?collections=parcels,buildings`);
  readonly #grid: TileGrid;
  readonly #outlined = new TileSource(({ z, x, y }) => `/ogc/tiles/WebMercatorQuad/${z}/${y}/${x}?collections=districts`);
  /** Drawn where parcels are too small to be, for districts of which nothing else is known. */
  readonly #outlines: TileGrid;
  readonly #hover: Polygon;
  readonly #numbers = new LayerGroup();
  readonly #numbered: BoxLoader<ParcelProperties>;
  #hovered: string | undefined;

  constructor({ map, onSettled, onOutlined }: BaseDataOptions) {
    this.#map = map;
    this.#grid = new TileGrid({
      source: this.#source,
      pane: "base",
      styles: () => styles(map),
      onSettled: (failed) => onSettled(this.#source.count("parcels"), failed),
    });
    this.#outlines = new TileGrid({
      source: this.#outlined,
      pane: "base",
      styles: () => outlineStyles(map),
      onSettled: (failed) => onOutlined(this.#outlined.count("districts"), failed),
    });
    const renderer = new SVG({ pane: "hover", padding: 0.5 });
    this.#hover = new Polygon([], { pane: "hover", renderer, interactive: false, className: "parcel-hover" });
    this.#hover.addTo(map);
    this.#numbers.addTo(map);
    this.#numbered = new BoxLoader<ParcelProperties>({
      url: (box) => itemsUrl("parcels", box),
      fetchPage,
      base: location.href,
      margin: 0.25,
      limit: 1500,
      onLoad: ({ features }) => this.#write(features),
      // Parcels are there without their numbers; the next move asks again.
      onError: () => this.#write([]),
    });
    onThemeChange(() => this.repaint());
  }

  /** Shows what belongs to the view; `lacksDistricts`: there is a municipality in it of whose districts no area is known. */
  follow(box: Box, lacksDistricts: boolean): void {
    const zoom = this.#map.getZoom();
    if (zoom >= PARCELS_FROM !== this.#map.hasLayer(this.#grid)) {
      this.hover(undefined);
    }
    this.#toggle(this.#grid, zoom >= PARCELS_FROM);
    this.#toggle(this.#outlines, zoom < PARCELS_FROM && lacksDistricts);
    if (zoom >= NUMBERS_FROM) {
      void this.#numbered.show(box);
    } else {
      this.#numbered.stop();
      this.#numbers.clearLayers();
    }
  }

  /** Paints everything again, in the colours of now. */
  repaint(): void {
    this.#grid.repaint();
    this.#outlines.repaint();
  }

  /** Asks again for the tiles that could not be had. */
  retry(): void {
    for (const grid of [this.#grid, this.#outlines].filter((layer) => this.#map.hasLayer(layer))) {
      // Not `redraw`: Leaflet 1.9 takes a zoom between two steps for one of tiles then.
      this.#map.removeLayer(grid).addLayer(grid);
    }
  }

  #toggle(grid: TileGrid, isShown: boolean): void {
    if (isShown !== this.#map.hasLayer(grid)) {
      if (isShown) {
        this.#map.addLayer(grid);
      } else {
        this.#map.removeLayer(grid);
      }
    }
  }

  /** The parcel at a place, or within so many pixels of it. */
  parcelAt(place: LatLng, tolerance = 0): TileFeature | undefined {
    return this.#find(place, tolerance)?.feature;
  }

  /** Lights the parcel at a place up, or none. */
  hover(place: LatLng | undefined): void {
    const found = place && this.#find(place, 0);
    if (found?.feature.id !== this.#hovered) {
      this.#hovered = found?.feature.id;
      this.#hover.setLatLngs(found?.rings ?? []);
    }
  }

  #find(place: LatLng, tolerance: number): Found | undefined {
    return this.#map.hasLayer(this.#grid) ? this.#grid.at(this.#map, place, "parcels", tolerance) : undefined;
  }

  #write(parcels: readonly ApiFeature<ParcelProperties>[]): void {
    this.#numbers.clearLayers();
    for (const { properties, geometry } of parcels.slice(0, MOST_NUMBERS)) {
      const at = properties.number && geometry && labelPoint(geometry);
      if (at) {
        const html = element("span", { class: "parcel-number" }, properties.number!);
        const icon = new DivIcon({ html, className: "map-label", iconSize: [0, 0] });
        this.#numbers.addLayer(new Marker([at[1], at[0]], { icon, interactive: false, keyboard: false, pane: "labels" }));
      }
    }
  }
}

function outlineStyles(map: LeafletMap): TileStyle[] {
  const { land, outline } = readTheme(map.getContainer());
  const isOverPicture = map.getContainer().closest<HTMLElement>("[data-background]")?.dataset["background"];
  const isFor = ({ layer }: TileFeature): boolean => layer === "districts";
  return [{ isFor, ...(isOverPicture ? {} : { fill: land }), stroke: outline, width: 2 }];
}

function styles(map: LeafletMap): TileStyle[] {
  const theme = readTheme(map.getContainer());
  const isVacant = ({ status }: TileFeature): boolean => status !== undefined;
  return [
    { isFor: ({ layer }) => layer === "parcels", stroke: theme.parcel },
    { isFor: (feature) => feature.layer === "buildings" && !isVacant(feature), fill: theme.building, stroke: theme.buildingEdge },
    { isFor: (feature) => feature.layer === "buildings" && isVacant(feature), fill: theme.vacant, opacity: 0.35, stroke: theme.vacant, width: 2.5 },
  ];
}
