// A shape on the map: a line on a light casing, so that it shows on every ground.
import { polygonOf } from "../../shape.ts";
import type { Corner, Shape } from "../../urlstate.ts";
import { LayerGroup, type LatLngTuple, type LeafletMap, Polygon, SVG } from "../leaflet.ts";

export const latLng = ([lng, lat]: Corner): LatLngTuple => [lat, lng];

export function shapeLayer(map: LeafletMap, shape: Shape): LayerGroup {
  const renderer = rendererOf(map);
  const ring = (polygonOf(shape).coordinates[0] as [number, number][]).map(latLng);
  const layers = ["shape-casing", "shape-line"].map(
    (className) => new Polygon(ring, { className, renderer, pane: "shape", interactive: false }),
  );
  return new LayerGroup(layers);
}

const renderers = new WeakMap<LeafletMap, SVG>();

/** The one renderer for everything that is drawn by the visitor. */
export function rendererOf(map: LeafletMap): SVG {
  const renderer = renderers.get(map) ?? new SVG({ pane: "shape", padding: 0.5 });
  renderers.set(map, renderer);
  return renderer;
}
