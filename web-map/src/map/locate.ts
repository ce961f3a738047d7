// The visitor's position: asked for on a click only, shown on the map, sent nowhere.
import { Circle, CircleMarker, LayerGroup, type LeafletMap } from "./leaflet.ts";

const shown = new WeakMap<LeafletMap, LayerGroup>();

export async function locate(map: LeafletMap): Promise<void> {
  const { coords } = await new Promise<GeolocationPosition>((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(resolve, reject, { enableHighAccuracy: true, timeout: 10_000 });
  });
  const at: [number, number] = [coords.latitude, coords.longitude];
  const circle = new Circle(at, { radius: coords.accuracy, className: "position-accuracy", interactive: false });
  const dot = new CircleMarker(at, { radius: 8, className: "position-dot", interactive: false });
  shown.get(map)?.remove();
  shown.set(map, new LayerGroup([circle, dot]).addTo(map));
  map.setView(at, Math.max(map.getZoom(), 16));
}
