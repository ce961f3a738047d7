// The outline of what is selected: dark on a light casing, so that it shows on every ground.
import type { Geometry } from "geojson";
import { CircleMarker, GeoJSON, type LatLng, type LeafletMap, SVG } from "./leaflet.ts";

export class SelectionMark {
  readonly #layers: GeoJSON[];

  constructor(map: LeafletMap) {
    const renderer = new SVG({ pane: "selection", padding: 0.5 });
    this.#layers = ["selection-casing", "selection-line"].map((className) => {
      const style = { className, fill: false };
      const paint = { pane: "selection", interactive: false, renderer };
      const pointToLayer = (_: unknown, at: LatLng): CircleMarker => new CircleMarker(at, { ...paint, ...style, radius: 18 });
      const layer = new GeoJSON(undefined, { ...paint, style, pointToLayer });
      return layer.addTo(map);
    });
  }

  /** Outlines a geometry, or nothing. */
  show(geometry: Geometry | null): void {
    for (const layer of this.#layers) {
      layer.clearLayers();
      if (geometry) {
        layer.addData(geometry);
      }
    }
  }
}
