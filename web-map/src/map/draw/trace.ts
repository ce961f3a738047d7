// The sketch on the map: its line, its corners, and a rubber band to where the next corner would go.
import type { Corner } from "../../urlstate.ts";
import { CircleMarker, LayerGroup, type LeafletMap, Polyline, type SVG } from "../leaflet.ts";
import { latLng, rendererOf, shapeLayer } from "./shape.ts";
import type { Sketch } from "./sketch.ts";

export class Trace {
  readonly #map: LeafletMap;
  readonly #group = new LayerGroup();
  readonly #band: Polyline;

  constructor(map: LeafletMap) {
    this.#map = map;
    this.#band = new Polyline([], { ...this.#paint("draw-band"), fill: false });
    this.#group.addTo(map);
    this.#band.addTo(map);
  }

  /** Draws what there is. */
  show(sketch: Sketch): void {
    this.#group.clearLayers();
    const { shape, corners, centre, isCrossed } = sketch;
    if (shape) {
      this.#group.addLayer(shapeLayer(this.#map, shape));
    } else if (corners.length > 1) {
      const name = isCrossed ? "draw-line is-crossed" : "draw-line";
      for (const className of ["draw-casing", name]) {
        const line = [...corners, ...(isCrossed ? [corners[0]!] : [])].map(latLng);
        this.#group.addLayer(new Polyline(line, { ...this.#paint(className), fill: false }));
      }
    }
    const handles = sketch.mode === "corners" ? corners : [];
    handles.forEach((corner, index) => this.#dot(corner, index === 0 && handles.length > 2 ? 9 : 6));
    if (centre) {
      this.#dot(centre, 6);
    }
  }

  /** Stretches the band from the last corner to a place, or lets it go. */
  stretch(sketch: Sketch, to: Corner | undefined): void {
    const last = sketch.mode === "corners" ? sketch.corners.at(-1) : undefined;
    this.#band.setLatLngs(last && to ? [latLng(last), latLng(to)] : []);
  }

  /** Draws a stroke while it is being made. */
  stroke(line: readonly Corner[]): void {
    this.#group.clearLayers();
    this.#band.setLatLngs(line.map(latLng));
  }

  remove(): void {
    this.#group.remove();
    this.#band.remove();
  }

  #dot(at: Corner, radius: number): void {
    this.#group.addLayer(new CircleMarker(latLng(at), { ...this.#paint("draw-corner"), radius }));
  }

  #paint(className: string): { className: string; pane: string; renderer: SVG; interactive: false } {
    return { className, pane: "shape", renderer: rendererOf(this.#map), interactive: false };
  }
}
