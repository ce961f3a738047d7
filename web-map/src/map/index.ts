// The map of a page: wires layers, loaders, panel and address together. Loaded when a map is first shown.
import { fetchPage, itemsUrl, type Collection, type Collections } from "../api.ts";
import { pagePath, type MapConfig } from "../config.ts";
import { element } from "../dom.ts";
import { boxOf, type Box } from "../geometry.ts";
import type { Translate } from "../texts.ts";
import { formatHash, parseHash, searchHere, type UrlState } from "../urlstate.ts";
import { BaseData, type Parcel } from "./base-data.ts";
import { BoxLoader, type Loaded } from "./box-loader.ts";
import { bounds, Ground } from "./ground.ts";
import { listenToKeys } from "./keyboard.ts";
import { Control, type LatLng, LeafletMap, type LeafletMouseEvent } from "./leaflet.ts";
import { locate } from "./locate.ts";
import { Messages } from "./messages.ts";
import { Panel } from "./panel.ts";
import { patternDefinitions } from "./patterns.ts";
import { SelectionMark } from "./selection.ts";
import { boundsOf, Sites } from "./sites.ts";
import { prefersReducedMotion } from "./theme.ts";
import { creditLine, legend, toolbar } from "./toolbar.ts";

const PARCELS_FROM = 15;
const BUILDINGS_FROM = 16;
/** Where a map without any extent begins: the middle of Germany. */
const GERMANY: Box = [5.8, 47.2, 15.1, 55.1];

type Selection = NonNullable<UrlState["selected"]>;

export interface MapOptions {
  host: HTMLElement;
  config: MapConfig;
  t: Translate;
  /** A site is pointed at on the map. */
  onHighlight(id: string | undefined): void;
  /** A site is chosen on the map. */
  onSelect(id: string | undefined): void;
}

export class PageMap {
  readonly #options: MapOptions;
  readonly #map: LeafletMap;
  readonly #ground: Ground;
  readonly #base: BaseData;
  readonly #sites: Sites;
  readonly #mark: SelectionMark;
  readonly #panel: Panel;
  readonly #messages: Messages;
  readonly #loaders: { [C in Collection]: BoxLoader<Collections[C]> };
  #selected: Selection | undefined;
  #isTruncated = false;
  #hasBegun = false;

  constructor(options: MapOptions) {
    this.#options = options;
    const { host, config, t } = options;
    const canvas = element("div", { class: "map-canvas" });
    host.append(canvas);
    host.append(patternDefinitions(config.groups));
    this.#map = createLeaflet(canvas, t);
    this.#ground = new Ground(this.#map, config.municipalities);
    this.#base = new BaseData(this.#map);
    this.#mark = new SelectionMark(this.#map);
    this.#sites = new Sites(this.#map, config, t, (ags) => this.#ground.isLabelled(ags));
    const credits = creditLine(t, config.credits, matchMedia("(min-width: 60rem)").matches);
    host.append(toolbar(t, this.#actions()), legend(t, config, host.clientWidth > 1100), credits);
    this.#messages = new Messages(host, t);
    this.#panel = new Panel({ host, t, onClose: () => this.#deselect() });
    this.#loaders = {
      districts: this.#loader("districts", 1, 2000, ({ features }) => this.#ground.setDistricts(features)),
      sites: this.#loader("sites", 0.5, 5000, (loaded) => this.#onSites(loaded)),
      parcels: this.#loader("parcels", 0.25, 6000, (loaded) => this.#onParcels(loaded)),
      buildings: this.#loader("buildings", 0.25, 6000, ({ features }) => this.#base.setBuildings(features)),
    };
    this.#listen();
    this.#begin();
  }

  /** Points at a site, as the list does. */
  highlight(id: string | undefined): void {
    this.#sites.highlight(id);
  }

  /** Follows a change of the size of its place on the page. */
  resize(): void {
    this.#map.invalidateSize({ animate: false });
  }

  /** Follows the address, after back and forward. */
  followAddress(): void {
    const { selected } = parseHash(location.hash);
    if (selected?.id !== this.#selected?.id) {
      if (selected) {
        void this.#select(selected);
      } else {
        this.#panel.close();
      }
    }
  }

  #begin(): void {
    const { config } = this.#options;
    const { view, selected } = parseHash(location.hash);
    // Before the first move, which writes the address.
    this.#selected = selected;
    if (view) {
      this.#map.setView([view.lat, view.lng], view.zoom, { animate: false });
    } else {
      this.#home(false);
    }
    // Parcels and sites are told apart from the page's own record, which has no panel.
    if (config.selected) {
      void this.#showMark(config.selected);
      this.#sites.select(config.selected.id);
    }
    if (selected) {
      void this.#select(selected);
    }
    this.#hasBegun = true;
  }

  #loader<C extends Collection>(
    collection: C,
    margin: number,
    limit: number,
    onLoad: (loaded: Loaded<Collections[C]>) => void,
  ): BoxLoader<Collections[C]> {
    return new BoxLoader<Collections[C]>({
      url: (box) => itemsUrl(collection, box),
      fetchPage,
      base: location.href,
      margin,
      limit,
      onLoad: (loaded) => {
        onLoad(loaded);
        this.#messages.settle(collection);
      },
      onError: () => this.#messages.fail(collection, () => this.#load()),
    });
  }

  #load(): void {
    const box = boxOfMap(this.#map);
    const zoom = this.#map.getZoom();
    void this.#loaders.districts.show(box);
    void this.#loaders.sites.show(box);
    if (zoom >= PARCELS_FROM) {
      void this.#loaders.parcels.show(box);
    } else {
      this.#loaders.parcels.stop();
      this.#base.setParcels([]);
      this.#isTruncated = false;
    }
    if (zoom >= BUILDINGS_FROM) {
      void this.#loaders.buildings.show(box);
    } else {
      this.#loaders.buildings.stop();
      this.#base.setBuildings([]);
    }
    this.#hint();
  }

  #hint(): void {
    const { t } = this.#options;
    const isFar = this.#map.getZoom() < PARCELS_FROM;
    this.#messages.hint(this.#isTruncated ? t("truncated") : isFar ? t("zoom_for_parcels") : "");
  }

  #onSites({ features }: Loaded<Collections["sites"]>): void {
    this.#sites.set(features);
    this.#sites.select(this.#selected?.id ?? this.#options.config.selected?.id);
    performance.mark("map-useful");
    this.#options.host.dataset["state"] = "ready";
  }

  #onParcels({ features, isTruncated }: Loaded<Collections["parcels"]>): void {
    this.#base.setParcels(features);
    this.#isTruncated = isTruncated;
    this.#options.host.dataset["parcels"] = String(features.length);
    this.#hint();
  }

  #listen(): void {
    const map = this.#map;
    const pointer = { last: undefined as string | undefined };
    map.on("moveend", () => {
      this.#load();
      this.#writeAddress("replace");
      this.#messages.searchHere(searchHere(location.pathname, location.search, boxOfMap(map)));
    });
    map.on("dragend zoomend", () => {
      if (this.#hasBegun) {
        this.#messages.offerSearch();
      }
    });
    map.on("click", (event: LeafletMouseEvent) => this.#pick(event.latlng));
    map.on("mousemove", (event: LeafletMouseEvent) => {
      const hit = this.#sites.at(event.latlng);
      const id = hit && "site" in hit ? hit.site.id : undefined;
      map.getContainer().classList.toggle("is-pointing", hit !== undefined);
      if (id !== pointer.last) {
        pointer.last = id;
        this.#sites.highlight(id);
        this.#options.onHighlight(id);
      }
    });
    map.on("mouseout", () => {
      pointer.last = undefined;
      this.#sites.highlight(undefined);
      this.#options.onHighlight(undefined);
    });
    listenToKeys(map.getContainer(), {
      pick: () => this.#pick(map.getCenter(), true),
      step: (by) => this.#step(by),
      close: () => this.#panel.close(),
    });
    new ResizeObserver(() => this.resize()).observe(map.getContainer());
  }

  #pick(place: LatLng, isByKey = false): void {
    const hit = this.#sites.at(place);
    const town = this.#ground.townAt(this.#map.latLngToContainerPoint(place));
    if (hit && "site" in hit) {
      this.#choose({ collection: "sites", id: hit.site.id });
    } else if (hit) {
      this.#map.fitBounds(boundsOf(hit.sites), { padding: [60, 60], maxZoom: Math.max(17, this.#map.getZoom() + 1) });
    } else if (town) {
      this.#map.fitBounds(bounds(town.bounds));
    } else {
      const parcel = this.#base.parcelAt(place);
      if (parcel) {
        this.#choose({ collection: "parcels", id: parcel.id });
      } else if (isByKey) {
        this.#messages.say(this.#options.t("nothing_here"));
      } else {
        this.#panel.close();
      }
    }
  }

  /** Goes through the sites in view. */
  #step(by: 1 | -1): void {
    const { t } = this.#options;
    const sites = this.#sites.inView();
    if (sites.length === 0) {
      this.#messages.say(t("no_sites_in_view"));
      return;
    }
    const current = sites.findIndex((site) => site.id === this.#selected?.id);
    const index = current < 0 && by < 0 ? sites.length - 1 : (current + by + sites.length) % sites.length;
    const site = sites[index]!;
    this.#mark.show(site.feature.geometry);
    this.#selected = { collection: "sites", id: site.id };
    this.#sites.select(site.id);
    this.#sites.highlight(site.id);
    this.#options.onSelect(site.id);
    this.#messages.say(t("selected", { title: site.title }));
  }

  #choose(selection: Selection): void {
    const isFirst = this.#selected === undefined;
    this.#selected = selection;
    this.#writeAddress(isFirst ? "push" : "replace");
    void this.#select(selection);
  }

  async #select(selection: Selection): Promise<void> {
    const { config, t, onSelect } = this.#options;
    this.#selected = selection;
    const site = selection.collection === "sites" ? this.#sites.site(selection.id) : undefined;
    const number = selection.collection === "parcels" ? this.#base.parcel(selection.id)?.properties.number : undefined;
    this.#sites.select(selection.collection === "sites" ? selection.id : undefined);
    onSelect(selection.collection === "sites" ? selection.id : undefined);
    const title = site?.title ?? (number ? t("parcel", { number }) : t("details"));
    const opened = this.#panel.open(title, pagePath(config, selection.collection, selection.id));
    await this.#showMark(selection);
    await opened;
  }

  #deselect(): void {
    const selected = this.#options.config.selected;
    this.#selected = undefined;
    this.#mark.show(null);
    this.#sites.select(selected?.id);
    this.#options.onSelect(undefined);
    if (selected) {
      void this.#showMark(selected);
    }
    this.#writeAddress("replace");
    this.#map.getContainer().focus({ preventScroll: true });
  }

  /** Outlines a record; one that is not loaded is asked for by its id. */
  async #showMark({ collection, id }: Selection): Promise<void> {
    const loaded: Pick<Parcel, "geometry"> | undefined =
      collection === "sites" ? this.#sites.site(id)?.feature : this.#base.parcel(id);
    const feature = loaded ?? (await fetchItem(collection, id));
    const geometry = feature?.geometry;
    const box = geometry ? boxOf(geometry) : undefined;
    const wanted = this.#selected?.id ?? this.#options.config.selected?.id;
    if (!geometry || !box || wanted !== id) {
      return;
    }
    this.#mark.show(geometry);
    const centre = bounds(box).getCenter();
    if (this.#panel.isOpen) {
      this.#map.panInside(centre, {
        paddingTopLeft: [40, 40],
        paddingBottomRight: [this.#panel.coveredWidth + 40, this.#panel.coveredHeight + 40],
      });
    }
  }

  #actions(): Parameters<typeof toolbar>[1] {
    return {
      zoomIn: () => this.#map.zoomIn(),
      zoomOut: () => this.#map.zoomOut(),
      home: () => this.#home(true),
      locate: () => void locate(this.#map).catch(() => this.#messages.say(this.#options.t("locate_failed"), true)),
    };
  }

  #home(animate: boolean): void {
    const { config } = this.#options;
    const options = { animate: animate && !prefersReducedMotion(), maxZoom: 18, padding: [24, 24] as [number, number] };
    const area = bounds(config.bounds ?? GERMANY);
    if (config.isNearOnly && this.#map.getBoundsZoom(area) < PARCELS_FROM) {
      this.#map.setView(area.getCenter(), PARCELS_FROM, options);
    } else {
      this.#map.fitBounds(area, options);
    }
  }

  #writeAddress(how: "push" | "replace"): void {
    const { lat, lng } = this.#map.getCenter();
    const state: UrlState = { isMapShown: true, view: { zoom: this.#map.getZoom(), lat, lng } };
    if (this.#selected) {
      state.selected = this.#selected;
    }
    history[`${how}State`](null, "", location.pathname + location.search + formatHash(state));
  }
}

async function fetchItem(collection: Collection, id: string): Promise<Pick<Parcel, "geometry"> | undefined> {
  try {
    const response = await fetch(`/ogc/collections/${collection}/items/${encodeURIComponent(id)}`, {
      headers: { accept: "application/geo+json" },
    });
    return response.ok ? ((await response.json()) as Parcel) : undefined;
  } catch {
    return undefined;
  }
}

function boxOfMap(map: LeafletMap): Box {
  const view = map.getBounds();
  return [
    Math.max(-180, view.getWest()),
    Math.max(-85, view.getSouth()),
    Math.min(180, view.getEast()),
    Math.min(85, view.getNorth()),
  ];
}

function createLeaflet(canvas: HTMLElement, t: Translate): LeafletMap {
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
    // No tiles, so no whole steps: an area fills the map as well as it can.
    zoomSnap: 0.25,
    wheelPxPerZoomLevel: 90,
  });
  for (const [pane, order] of Object.entries({ ground: 200, base: 300, areas: 400, selection: 450, labels: 500 })) {
    map.createPane(pane).style.zIndex = String(order);
  }
  new Control.Scale({ imperial: false, maxWidth: 120 }).addTo(map);
  const keys = element("p", { id: "map-keys", class: "visually-hidden" }, t("keys"));
  canvas.after(keys);
  canvas.setAttribute("role", "region");
  canvas.setAttribute("aria-label", t("name"));
  canvas.setAttribute("aria-describedby", "map-keys");
  return map;
}
