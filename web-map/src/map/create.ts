// The Leaflet map itself: options, panes, scale, name and keys for assistive technology.
import { element } from "../dom.ts";
import type { Box } from "../geometry.ts";
import type { Translate } from "../texts.ts";
import { Control, LeafletMap } from "./leaflet.ts";
import { prefersReducedMotion } from "./theme.ts";

const PANES = { background: 150, ground: 200, base: 300, hover: 350, areas: 400, shape: 430, selection: 450, labels: 500 };

export function createLeaflet(canvas: HTMLElement, t: Translate): LeafletMap {
  const isStill = prefersReducedMotion();
  const map = new LeafletMap(canvas, {
    attributionControl: false,
    zoomControl: false,
    fadeAnimation: !isStill,
    zoomAnimation: !isStill,
    markerZoomAnimation: !isStill,
    inertia: !isStill,
    minZoom: 5,
    maxZoom: 20,
    // Tiles are painted finer than the screen, so no whole steps: an area fills the map as well as it can.
    zoomSnap: 0.25,
    wheelPxPerZoomLevel: 90,
  });
  for (const [pane, order] of Object.entries(PANES)) {
    map.createPane(pane).style.zIndex = String(order);
  }
  new Control.Scale({ imperial: false, maxWidth: 120 }).addTo(map);
  canvas.after(element("p", { id: "map-keys", class: "visually-hidden" }, t("keys")));
  canvas.setAttribute("role", "region");
  canvas.setAttribute("aria-label", t("name"));
  canvas.setAttribute("aria-describedby", "map-keys");
  return map;
}

/** What the map shows, within the world. */
export function boxOfMap(map: LeafletMap): Box {
  const view = map.getBounds();
  return [
    Math.max(-180, view.getWest()),
    Math.max(-85, view.getSouth()),
    Math.min(180, view.getEast()),
    Math.min(85, view.getNorth()),
  ];
}
