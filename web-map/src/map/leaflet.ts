// The one door to Leaflet 1.9.4: what the map uses of it, spelled as in Leaflet 2 (named classes, no global).
// The ESM file of the package lets the bundler leave out what is not used.
export {
  Canvas,
  Circle,
  CircleMarker,
  Control,
  DivIcon,
  GeoJSON,
  LatLng,
  LatLngBounds,
  LayerGroup,
  Map as LeafletMap,
  Marker,
  Point,
  SVG,
  Tooltip,
} from "leaflet";
export type { LeafletMouseEvent, PathOptions } from "leaflet";
