// The map of a page: wires layers, loaders, panel and address together. Loaded when a map is first shown.
import { fetchPage, itemsUrl, type ApiFeature, type Collections } from "../api.ts";
import { pagePath, type MapConfig } from "../config.ts";
import { element } from "../dom.ts";
import { boxOf, type Box } from "../geometry.ts";
import type { Translate } from "../texts.ts";
import { formatHash, parseHash, parseShape, searchHere, searchWithin, type Shape, type UrlState } from "../urlstate.ts";
import { BaseData, PARCELS_FROM } from "./base-data.ts";
import { Backgrounds } from "./background.ts";
import { BoxLoader, type Loaded } from "./box-loader.ts";
import { boxOfMap, createLeaflet } from "./create.ts";
import type { DrawTool } from "./draw/index.ts";
import { bounds, Ground } from "./ground.ts";
import { listenToKeys } from "./keyboard.ts";
import type { LatLng, LeafletMap, LeafletMouseEvent } from "./leaflet.ts";
import { locate } from "./locate.ts";
import { Messages } from "./messages.ts";
import { Panel } from "./panel.ts";
import { patternDefinitions } from "./patterns.ts";
import { SelectionMark } from "./selection.ts";
import { ShapeLayer } from "./shape-layer.ts";
import { boundsOf, Sites, type Marks } from "./sites.ts";
import { prefersReducedMotion } from "./theme.ts";
import { CreditLine, legend, toolbar } from "./toolbar.ts";

/** Where a map without any extent begins: the middle of Germany. */
const GERMANY: Box = [5.8, 47.2, 15.1, 55.1];
/** How far from its outline a tap of a finger still means an area, in pixels. */
const FINGER = 12;

export type Selection = NonNullable<UrlState["selected"]>;

export interface MapOptions {
  host: HTMLElement;
  config: MapConfig;
  t: Translate;
  /** What the visitor remembers and has seen. */
  remembered: Marks;
  /** A site is pointed at on the map. */
  onHighlight(id: string | undefined): void;
  /** A site is chosen on the map. */
  onSelect(id: string | undefined): void;
  /** The list is to be limited to something: go to this address. */
  onSearch(href: string): void;
  /** A record is shown in the panel: what else belongs to it can be added. */
  onDetail(detail: HTMLElement, selection: Selection): void;
}

export class PageMap {
  readonly #options: MapOptions;
  readonly #map: LeafletMap;
  readonly #ground: Ground;
  readonly #base: BaseData;
  readonly #sites: Sites;
  readonly #mark: SelectionMark;
  readonly #shape: ShapeLayer;
  readonly #panel: Panel;
  readonly #messages: Messages;
  readonly #credits: CreditLine;
  readonly #legend: HTMLElement;
  readonly #loaders: { [C in "districts" | "sites"]: BoxLoader<Collections[C]> };
  #config: MapConfig;
  #draw: DrawTool | undefined;
  #isDrawLoading = false;
  #selected: Selection | undefined;
  #hasBegun = false;

  constructor(options: MapOptions) {
    this.#options = options;
    const { host, config, t } = options;
    this.#config = config;
    const isSearched = host.dataset["search"] !== undefined;
    const canvas = element("div", { class: "map-canvas" });
    host.append(canvas);
    host.append(patternDefinitions(config.groups));
    this.#map = createLeaflet(canvas, t);
    this.#ground = new Ground(this.#map, config.municipalities);
    this.#base = new BaseData({ map: this.#map, onSettled: (parcels, failed) => this.#onTiles(parcels, failed) });
    this.#mark = new SelectionMark(this.#map);
    this.#shape = new ShapeLayer(this.#map, host, t, () => options.onSearch(searchWithin(location.pathname, location.search, undefined)));
    this.#sites = new Sites(this.#map, config, t, (ags) => this.#ground.isLabelled(ags), options.remembered);
    this.#credits = new CreditLine(t, config.credits, matchMedia("(min-width: 60rem)").matches);
    this.#legend = legend(t, config, host.clientWidth > 1100);
    host.append(toolbar(t, this.#actions(), isSearched), this.#legend, this.#credits.root);
    this.#messages = new Messages(host, t, isSearched ? (href) => options.onSearch(href) : undefined);
    this.#panel = new Panel({
      host,
      t,
      onClose: () => this.#deselect(),
      onDetail: (detail) => this.#selected && options.onDetail(detail, this.#selected),
    });
    this.#loaders = {
      districts: this.#loader("districts", 1, 2000, ({ features }) => this.#ground.setDistricts(features)),
      sites: this.#loader("sites", 0.5, 5000, ({ features }) => this.#onSites(features)),
    };
    this.#listen();
    this.#begin();
    void this.#loadBackgrounds();
  }

  /** Shows anew what is remembered and seen. */
  mark(): void {
    this.#sites.mark();
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

  /** Shows what passes the filters of another list, so many in words; the view stays. */
  follow(config: MapConfig, count: string): void {
    this.#config = config;
    this.#ground.setMunicipalities(config.municipalities);
    this.#sites.follow(config);
    this.#shape.show(parseShape(location.search), count);
    this.#messages.searchHere(searchHere(location.pathname, location.search, boxOfMap(this.#map)), false);
  }

  #begin(): void {
    const config = this.#config;
    const { view, selected } = parseHash(location.hash);
    // Before the first move, which writes the address.
    this.#selected = selected;
    if (view) {
      this.#map.setView([view.lat, view.lng], view.zoom, { animate: false });
    } else {
      this.#home(false);
    }
    this.#shape.show(parseShape(location.search));
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

  /** The map is useful before and without any. */
  async #loadBackgrounds(): Promise<void> {
    const { t } = this.#options;
    const { language, municipalities } = this.#config;
    const backgrounds = new Backgrounds({
      map: this.#map,
      t,
      language,
      box: municipalities.map(({ bounds: box }) => box).reduce<Box | undefined>(around, undefined),
      onChange: (credit) => {
        this.#credits.show(credit);
        this.#base.repaint();
      },
      onFailure: (hasFailed) => this.#messages.warn(hasFailed ? t("ground_failed") : ""),
    });
    try {
      const choice = await backgrounds.load();
      if (choice) {
        this.#legend.querySelector("summary")?.after(choice);
      }
    } catch {
      // Without a list of them there is none to choose.
    }
  }

  #loader<C extends "districts" | "sites">(
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
    void this.#loaders.districts.show(box);
    void this.#loaders.sites.show(box);
    this.#base.follow(box);
    const isFar = this.#map.getZoom() < PARCELS_FROM;
    if (isFar) {
      this.#messages.settle("tiles");
    }
    this.#messages.hint(isFar ? this.#options.t("zoom_for_parcels") : "");
  }

  #onSites(features: readonly ApiFeature<Collections["sites"]>[]): void {
    this.#sites.set(features);
    this.#sites.select(this.#selected?.id ?? this.#config.selected?.id);
    performance.mark("map-useful");
    this.#options.host.dataset["state"] = "ready";
  }

  #onTiles(parcels: number, failed: number): void {
    if (failed > 0) {
      this.#messages.fail("tiles", () => this.#base.retry());
    } else {
      this.#messages.settle("tiles");
      this.#options.host.dataset["parcels"] = String(parcels);
    }
  }

  #listen(): void {
    const map = this.#map;
    map.on("moveend", () => {
      this.#load();
      this.#writeAddress("replace");
      this.#messages.searchHere(searchHere(location.pathname, location.search, boxOfMap(map)));
    });
    map.on("dragend zoomend", () => {
      if (this.#hasBegun && !this.#draw) {
        this.#messages.offerSearch();
      }
    });
    map.on("click", ({ latlng, originalEvent }: LeafletMouseEvent) => {
      if (this.#draw) {
        this.#draw.tap(latlng);
      } else {
        const isTouch = (originalEvent as PointerEvent).pointerType === "touch";
        this.#pick(latlng, { tolerance: isTouch ? FINGER : 0 });
      }
    });
    this.#listenToPointing();
    listenToKeys(map.getContainer(), {
      pick: () => {
        const centre = map.getCenter();
        if (this.#draw) {
          this.#draw.tap(centre);
        } else {
          this.#pick(centre, { isByKey: true });
        }
      },
      step: (by) => this.#step(by),
      undo: () => this.#draw?.undo(),
      close: () => (this.#draw ? this.#draw.close() : this.#panel.close()),
    });
    new ResizeObserver(() => this.resize()).observe(map.getContainer());
  }

  #listenToPointing(): void {
    const map = this.#map;
    let last: string | undefined;
    const point = (id: string | undefined): void => {
      if (id !== last) {
        last = id;
        this.#sites.highlight(id);
        this.#options.onHighlight(id);
      }
    };
    map.on("mousemove", ({ latlng }: LeafletMouseEvent) => {
      const hit = this.#draw ? undefined : this.#sites.at(latlng);
      this.#base.hover(hit || this.#draw ? undefined : latlng);
      map.getContainer().classList.toggle("is-pointing", hit !== undefined);
      point(hit && "site" in hit ? hit.site.id : undefined);
    });
    map.on("mouseout", () => {
      this.#base.hover(undefined);
      point(undefined);
    });
  }

  #pick(place: LatLng, { tolerance = 0, isByKey = false }): void {
    const hit = this.#sites.at(place, tolerance);
    const town = this.#ground.townAt(this.#map.latLngToContainerPoint(place));
    if (hit && "site" in hit) {
      this.#choose({ collection: "sites", id: hit.site.id });
    } else if (hit) {
      this.#map.fitBounds(boundsOf(hit.sites), { padding: [60, 60], maxZoom: Math.max(17, this.#map.getZoom() + 1) });
    } else if (town) {
      this.#map.fitBounds(bounds(town.bounds));
    } else {
      const parcel = this.#base.parcelAt(place, tolerance);
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
    const { t, onSelect } = this.#options;
    this.#selected = selection;
    const site = selection.collection === "sites" ? this.#sites.site(selection.id) : undefined;
    this.#sites.select(selection.collection === "sites" ? selection.id : undefined);
    onSelect(selection.collection === "sites" ? selection.id : undefined);
    const title = site?.title ?? (selection.collection === "parcels" ? t("legend_parcel") : t("details"));
    const opened = this.#panel.open(title, pagePath(this.#config, selection.collection, selection.id));
    await this.#showMark(selection);
    await opened;
  }

  #deselect(): void {
    const { selected } = this.#config;
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

  /** Outlines a record; one that is not loaded whole is asked for by its id. */
  async #showMark({ collection, id }: Selection): Promise<void> {
    const loaded = collection === "sites" ? this.#sites.site(id)?.feature.geometry : undefined;
    const geometry = loaded ?? (await fetchGeometry(collection, id));
    const box = geometry ? boxOf(geometry) : undefined;
    const wanted = this.#selected?.id ?? this.#config.selected?.id;
    if (!geometry || !box || wanted !== id) {
      return;
    }
    this.#mark.show(geometry);
    if (this.#panel.isOpen) {
      this.#map.panInside(bounds(box).getCenter(), {
        paddingTopLeft: [40, 40],
        paddingBottomRight: [this.#panel.coveredWidth + 40, this.#panel.coveredHeight + 40],
      });
    }
  }

  /** Begins to draw, or ends it. */
  async #turnDrawing(): Promise<void> {
    if (this.#draw) {
      this.#draw.close();
    } else if (!this.#isDrawLoading) {
      this.#isDrawLoading = true;
      try {
        this.#startDrawing(await import("./draw/index.ts"));
      } catch {
        this.#messages.fail("draw", () => void this.#turnDrawing());
      }
      this.#isDrawLoading = false;
    }
  }

  #startDrawing({ DrawTool }: typeof import("./draw/index.ts")): void {
    const { host, t, onSearch } = this.#options;
    this.#messages.settle("draw");
    this.#panel.close();
    this.#shape.show(undefined);
    const stop = (shape: Shape | undefined): void => {
      this.#draw = undefined;
      this.#shape.show(shape);
      this.#map.getContainer().focus({ preventScroll: true });
    };
    this.#draw = new DrawTool({
      map: this.#map,
      host,
      t,
      config: this.#config,
      districts: this.#ground.districts(),
      shape: parseShape(location.search),
      say: (text) => this.#messages.say(text),
      onFinish: (shape) => {
        stop(shape);
        onSearch(searchWithin(location.pathname, location.search, shape));
      },
      onClose: () => {
        stop(parseShape(location.search));
        this.#messages.say(t("draw_closed"));
      },
    });
  }

  #actions(): Parameters<typeof toolbar>[1] {
    const { t } = this.#options;
    return {
      zoomIn: () => this.#map.zoomIn(),
      zoomOut: () => this.#map.zoomOut(),
      home: () => this.#home(true),
      locate: () => void locate(this.#map).catch(() => this.#messages.say(t("locate_failed"), true)),
      fullScreen: () => {
        const section = this.#options.host.closest(".map-section") ?? this.#options.host;
        void (document.fullscreenElement ? document.exitFullscreen() : section.requestFullscreen());
      },
      draw: () => void this.#turnDrawing(),
    };
  }

  #home(animate: boolean): void {
    const config = this.#config;
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

function around(box: Box | undefined, other: Box): Box {
  return box ? [Math.min(box[0], other[0]), Math.min(box[1], other[1]), Math.max(box[2], other[2]), Math.max(box[3], other[3])] : other;
}

async function fetchGeometry(collection: "sites" | "parcels", id: string): Promise<ApiFeature<unknown>["geometry"]> {
  try {
    const response = await fetch(`/ogc/collections/${collection}/items/${encodeURIComponent(id)}`, {
      headers: { accept: "application/geo+json" },
    });
    return response.ok ? ((await response.json()) as ApiFeature<unknown>).geometry : null;
  } catch {
    return null;
  }
}
