// The one door to Leaflet 1.9.4: what the map uses of it, spelled as in Leaflet 2 (named classes, no global).
// The ESM file of the package lets the bundler leave out what is not used.
export {
  Circle,
  CircleMarker,
  Control,
  DivIcon,
  GeoJSON,
  GridLayer,
  LatLng,
  LatLngBounds,
  LayerGroup,
  Map as LeafletMap,
  Marker,
  Point,
  Polygon,
  Polyline,
  SVG,
  TileLayer,
  Tooltip,
} from "leaflet";
export type { Coords, LatLngTuple, LeafletMouseEvent, TileEvent } from "leaflet";
