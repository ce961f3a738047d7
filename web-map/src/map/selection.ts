// The outline of what is selected: dark on a light casing, so that it shows on every ground.
import type { Geometry } from "geojson";
import { CircleMarker, GeoJSON, type LeafletMap, SVG } from "./leaflet.ts";

export class SelectionMark {
  readonly #layers: GeoJSON[];

  constructor(map: LeafletMap) {
    const renderer = new SVG({ pane: "selection", padding: 0.5 });
    this.#layers = ["selection-casing", "selection-line"].map((className) => {
      const style = { className, fill: false };
      const layer = new GeoJSON(undefined, {
        pane: "selection",
        interactive: false,
        style,
        pointToLayer: (_, at) => new CircleMarker(at, { ...style, renderer, pane: "selection", radius: 18, interactive: false }),
        ...{ renderer },
      });
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
