// Sites: as hatched areas when near, as lettered badges when far, several on one spot as a count.
import type { Feature } from "geojson";
import type { ApiFeature, SiteProperties } from "../api.ts";
import { groupOf, siteTitle, type Group, type MapConfig } from "../config.ts";
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

export interface Site {
  id: string;
  title: string;
  group: Group;
  at: LatLng;
  feature: ApiFeature<SiteProperties>;
}

interface Placed {
  x: number;
  y: number;
  site: Site;
}

/** What the visitor did with sites before. */
export interface Marks {
  has(id: string): boolean;
  isSeen(id: string): boolean;
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
  #config: MapConfig;
  #features: readonly ApiFeature<SiteProperties>[] = [];
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
      style: (feature) => this.#style(feature as ApiFeature<SiteProperties>),
      // A point has no area; its badge is enough.
      pointToLayer: () => new LayerGroup() as never,
    });
    this.#badges.addTo(map);
    map.on("zoomend", () => this.#draw());
  }

  /** Shows what passes the filters of another list. */
  follow(config: MapConfig): void {
    this.#config = config;
    this.set(this.#features);
  }

  set(features: readonly ApiFeature<SiteProperties>[]): void {
    this.#features = features;
    const matching = this.#config.matching && new Set(this.#config.matching);
    const { ags } = this.#config;
    this.#sites = features.flatMap((feature) => {
      const point = feature.geometry && labelPoint(feature.geometry);
      const isWanted = (!matching || matching.has(feature.id)) && (!ags || feature.properties.ags === ags);
      return point && isWanted ? [this.#site(feature, new LatLng(point[1], point[0]))] : [];
    });
    this.#areas.clearLayers();
    for (const { feature } of this.#sites) {
      this.#areas.addData(feature as Feature);
    }
    this.#draw();
  }

  site(id: string): Site | undefined {
    return this.#sites.find((site) => site.id === id);
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

  highlight(id: string | undefined): void {
    if (id !== this.#highlighted) {
      this.#highlighted = id;
      this.#mark();
      const site = id === undefined ? undefined : this.site(id);
      if (site) {
        this.#map.openTooltip(this.#tooltip.setLatLng(site.at).setContent(this.#tooltipText(site)));
      } else {
        this.#map.closeTooltip(this.#tooltip);
      }
    }
  }

  select(id: string | undefined): void {
    this.#selected = id;
    this.#mark();
  }

  /** Shows anew which are selected, pointed at, remembered, seen. */
  mark(): void {
    this.#mark();
  }

  #site(feature: ApiFeature<SiteProperties>, at: LatLng): Site {
    const { properties } = feature;
    return { id: feature.id, feature, at, title: siteTitle(this.#config, properties), group: groupOf(this.#config, properties.type) };
  }

  #style(feature: ApiFeature<SiteProperties>): { className: string; fillColor: string } {
    const group = groupOf(this.#config, feature.properties.type);
    return { className: `area group-${group.code}`, fillColor: `url(#${patternId(group)})` };
  }

  #tooltipText({ title, feature }: Site): HTMLElement {
    const area = feature.properties.area_m2;
    const parts = [element("strong", {}, title)];
    return element("span", {}, ...parts, ...(area === null ? [] : [element("span", {}, formatArea(area, this.#config.language))]));
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
    const ids = members.map(({ site }) => site.id).join(" ");
    const html =
      members.length === 1
        ? element("span", { class: `badge badge-map group-${first!.site.group.code}` }, first!.site.group.letter)
        : this.#count(members);
    html.dataset["sites"] = ids;
    return new DivIcon({ html, className: "map-label", iconSize: [0, 0] });
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
      const ids = badge.dataset["sites"]?.split(" ") ?? [];
      badge.classList.toggle("is-highlighted", this.#highlighted !== undefined && ids.includes(this.#highlighted));
      badge.classList.toggle("is-selected", this.#selected !== undefined && ids.includes(this.#selected));
      badge.classList.toggle("is-kept", ids.some((id) => this.#remembered.has(id)));
      badge.classList.toggle("is-seen", ids.every((id) => this.#remembered.isSeen(id)));
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
