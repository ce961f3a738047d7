// What is listed: as hatched areas when near, as lettered badges when far, several on one spot as a count.
import type { Feature } from "geojson";
import type { ListingFeature } from "../api.ts";
import { groupOf, type Group, type MapConfig } from "../config.ts";
import { element } from "../dom.ts";
import { formatArea } from "../format.ts";
import { covers, labelPoint } from "../geometry.ts";
import type { Translate } from "../texts.ts";
import { cluster, type Cluster } from "./cluster.ts";
import { DivIcon, GeoJSON, LatLng, LatLngBounds, LayerGroup, type LeafletMap, Marker, type Point, SVG, Tooltip } from "./leaflet.ts";
import { patternId } from "./patterns.ts";

/** From this zoom on a site's area is drawn. */
const AREAS_FROM = 14;
/** Badges nearer to each other than this many pixels become one. */
const CLUSTER_RADIUS = 40;
/** How far from a badge a tap still means it, in pixels. */
const TOLERANCE = 22;

/** States of a site in which it is not to be had. */
const TAKEN = ["reserved", "sold"];

/** An entry of the list on the map: a site, or a building whose vacancy is published. */
export interface Site {
  /** Collection and id. */
  key: string;
  group: Group;
  at: LatLng;
  feature: ListingFeature;
}

interface Placed {
  x: number;
  y: number;
  site: Site;
}

/** What the visitor did with sites before. */
export interface Marks {
  has(key: string): boolean;
  isSeen(key: string): boolean;
}

export type SiteHit = { site: Site } | { sites: Site[] };

export class Sites {
  readonly #map: LeafletMap;
  readonly #t: Translate;
  readonly #isLabelled: (ags: string) => boolean;
  readonly #remembered: Marks;
  readonly #areas: GeoJSON;
  readonly #badges = new LayerGroup();
  readonly #tooltip = new Tooltip({ direction: "top", offset: [0, -14], className: "site-tooltip" });
  readonly #config: MapConfig;
  #sites: Site[] = [];
  #clusters: Cluster<Placed>[] = [];
  #highlighted: string | undefined;
  #selected: string | undefined;

  /** `isLabelled` tells of which municipalities a label stands for all sites. */
  constructor(map: LeafletMap, config: MapConfig, t: Translate, isLabelled: (ags: string) => boolean, remembered: Marks) {
    this.#map = map;
    this.#config = config;
    this.#t = t;
    this.#isLabelled = isLabelled;
    this.#remembered = remembered;
    const paint = { pane: "areas", interactive: false, renderer: new SVG({ pane: "areas", padding: 0.5 }) };
    this.#areas = new GeoJSON(undefined, {
      ...paint,
      style: (feature) => this.#style(feature as ListingFeature),
      // A point has no area; its badge is enough.
      pointToLayer: () => new LayerGroup() as never,
    });
    this.#badges.addTo(map);
    map.on("zoomend", () => this.#draw());
  }

  set(features: readonly ListingFeature[]): void {
    this.#sites = features.flatMap((feature) => {
      const point = feature.geometry && labelPoint(feature.geometry);
      return point ? [this.#site(feature, new LatLng(point[1], point[0]))] : [];
    });
    this.#areas.clearLayers();
    for (const { feature } of this.#sites) {
      this.#areas.addData(feature as Feature);
    }
    this.#draw();
  }

  site(key: string): Site | undefined {
    return this.#sites.find((site) => site.key === key);
  }

  /** Sites in the view, in reading order: from north to south, then from west to east. */
  inView(): Site[] {
    const view = this.#map.getBounds();
    const visible = this.#sites.filter((site) => view.contains(site.at));
    return visible.toSorted((a, b) => b.at.lat - a.at.lat || a.at.lng - b.at.lng);
  }

  /** What lies at a place: a badge within reach first, else an area there or within so many pixels. */
  at(place: LatLng, tolerance = 0): SiteHit | undefined {
    const point = this.#map.project(place);
    const distance = ({ x, y }: Cluster<Placed>): number => Math.hypot(x - point.x, y - point.y);
    const [nearest] = this.#clusters
      .filter((candidate) => distance(candidate) <= TOLERANCE)
      .toSorted((a, b) => distance(a) - distance(b));
    if (nearest) {
      const [first] = nearest.members;
      return nearest.members.length === 1 ? { site: first!.site } : { sites: nearest.members.map(({ site }) => site) };
    }
    const covering = this.#covering(place) ?? (tolerance > 0 ? this.#near(point, tolerance) : undefined);
    return covering && { site: covering };
  }

  #covering({ lng, lat }: LatLng): Site | undefined {
    return this.#areAreasShown() ? this.#sites.find(({ feature }) => covers(feature.geometry!, lng, lat)) : undefined;
  }

  /** An area that a circle around a place meets. */
  #near({ x, y }: Point, radius: number): Site | undefined {
    for (let step = 0; step < 12; step++) {
      const angle = (step / 12) * 2 * Math.PI;
      const found = this.#covering(this.#map.unproject([x + radius * Math.cos(angle), y + radius * Math.sin(angle)]));
      if (found) {
        return found;
      }
    }
    return undefined;
  }

  highlight(key: string | undefined): void {
    if (key !== this.#highlighted) {
      this.#highlighted = key;
      this.#mark();
      const site = key === undefined ? undefined : this.site(key);
      if (site) {
        this.#map.openTooltip(this.#tooltip.setLatLng(site.at).setContent(this.#tooltipText(site)));
      } else {
        this.#map.closeTooltip(this.#tooltip);
      }
    }
  }

  select(key: string | undefined): void {
    this.#selected = key;
    this.#mark();
  }

  /** Shows anew which are selected, pointed at, remembered, seen. */
  mark(): void {
    this.#mark();
  }

  #site(feature: ListingFeature, at: LatLng): Site {
    return { key: keyOf(feature), feature, at, group: groupOf(this.#config, feature.group) };
  }

  #style(feature: ListingFeature): { className: string; fillColor: string } {
    const group = groupOf(this.#config, feature.group);
    return { className: `area group-${group.code}${isTaken(feature) ? " is-taken" : ""}`, fillColor: `url(#${patternId(group)})` };
  }

  #tooltipText({ feature: { title, properties } }: Site): HTMLElement {
    const area = properties.area_m2 ?? undefined;
    const size = area === undefined ? [] : [element("span", {}, formatArea(area, this.#config.language))];
    return element("span", {}, element("strong", {}, title), ...size);
  }

  #areAreasShown(): boolean {
    return this.#map.getZoom() >= AREAS_FROM;
  }

  #draw(): void {
    if (this.#areAreasShown()) {
      this.#areas.addTo(this.#map);
    } else {
      this.#areas.remove();
    }
    const zoom = this.#map.getZoom();
    const shown = this.#sites.filter(({ feature }) => !this.#isLabelled(feature.properties.ags));
    const placed = shown.map((site) => ({ ...xy(this.#map.project(site.at, zoom)), site }));
    this.#clusters = cluster(placed, CLUSTER_RADIUS);
    this.#badges.clearLayers();
    for (const { x, y, members } of this.#clusters) {
      const at = this.#map.unproject([x, y], zoom);
      this.#badges.addLayer(new Marker(at, { icon: this.#icon(members), interactive: false, keyboard: false }));
    }
    this.#mark();
  }

  #icon(members: readonly Placed[]): DivIcon {
    const [first] = members;
    const keys = members.map(({ site }) => site.key).join(" ");
    const html =
      members.length === 1
        ? this.#badge(first!.site)
        : this.#count(members);
    html.dataset["sites"] = keys;
    return new DivIcon({ html, className: "map-label", iconSize: [0, 0] });
  }

  #badge({ group, feature }: Site): HTMLElement {
    return element("span", { class: `badge badge-map group-${group.code}${isTaken(feature) ? " is-taken" : ""}` }, group.letter);
  }

  /** A count in a ring of the groups' colours. */
  #count(members: readonly Placed[]): HTMLElement {
    const n = String(members.length);
    const count = element("span", { class: "cluster", title: this.#t("cluster", { n }) }, element("span", { class: "cluster-count" }, n));
    let from = 0;
    const shares = this.#config.groups.flatMap(({ code }) => {
      const to = from + (members.filter(({ site }) => site.group.code === code).length / members.length) * 100;
      const share = to > from ? [`var(--group-${code}) ${from}% ${to}%`] : [];
      from = to;
      return share;
    });
    count.style.background = `conic-gradient(${shares.join(",")})`;
    return count;
  }

  #mark(): void {
    for (const badge of this.#map.getPane("markerPane")?.querySelectorAll<HTMLElement>("[data-sites]") ?? []) {
      const keys = badge.dataset["sites"]?.split(" ") ?? [];
      badge.classList.toggle("is-highlighted", this.#highlighted !== undefined && keys.includes(this.#highlighted));
      badge.classList.toggle("is-selected", this.#selected !== undefined && keys.includes(this.#selected));
      badge.classList.toggle("is-kept", keys.some((key) => this.#remembered.has(key)));
      badge.classList.toggle("is-seen", keys.every((key) => this.#remembered.isSeen(key)));
    }
  }
}

function xy({ x, y }: Point): { x: number; y: number } {
  return { x, y };
}

/** The box around several sites. */
export function boundsOf(sites: readonly Site[]): LatLngBounds {
  return new LatLngBounds(sites.map(({ at }) => at));
}

/** What names a record among all that can be chosen. */
export function keyOf({ collection, id }: { collection: string; id: string }): string {
  return `${collection}/${id}`;
}

function isTaken({ properties }: ListingFeature): boolean {
  return TAKEN.includes(properties.status ?? "");
}
