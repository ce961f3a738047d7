// The map of a page: wires layers, loaders, panel and address together. Loaded when a map is first shown.
import { fetchPage, itemsUrl, listingsUrl, type DistrictProperties, type ListingFeature, type ListingProperties } from "../api.ts";
import type { MapConfig } from "../config.ts";
import { element } from "../dom.ts";
import type { Box } from "../geometry.ts";
import type { Translate } from "../texts.ts";
import { formatHash, parseHash, parseShape, searchHere, searchWithin, type UrlState } from "../urlstate.ts";
import { BaseData, PARCELS_FROM } from "./base-data.ts";
import { Backgrounds } from "./background.ts";
import { BoxLoader, type Loaded } from "./box-loader.ts";
import { boxOfMap, createLeaflet } from "./create.ts";
import { Drawing } from "./drawing.ts";
import { bounds, Ground } from "./ground.ts";
import { letPageScroll } from "./gestures.ts";
import { listenToKeys } from "./keyboard.ts";
import type { LeafletMap, LeafletMouseEvent } from "./leaflet.ts";
import { locate } from "./locate.ts";
import { Messages } from "./messages.ts";
import { patternDefinitions } from "./patterns.ts";
import { Picking } from "./picking.ts";
import { Selecting, type Selection } from "./selecting.ts";
import { ShapeLayer } from "./shape-layer.ts";
import { Sites, type Marks } from "./sites.ts";
import { prefersReducedMotion } from "./theme.ts";
import { CreditLine, legend, toolbar } from "./toolbar.ts";

/** Where a map without any extent begins: the middle of Germany. */
const GERMANY: Box = [5.8, 47.2, 15.1, 55.1];

export interface MapOptions {
  host: HTMLElement;
  config: MapConfig;
  t: Translate;
  /** The page is part of another one. */
  isEmbedded: boolean;
  /** What the visitor remembers and has seen. */
  remembered: Marks;
  /** An entry of the list is pointed at on the map. */
  onHighlight(key: string | undefined): void;
  /** An entry of the list is chosen on the map. */
  onSelect(key: string | undefined): void;
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
  readonly #shape: ShapeLayer;
  readonly #selecting: Selecting;
  readonly #picking: Picking;
  readonly #drawing: Drawing;
  readonly #messages: Messages;
  readonly #credits: CreditLine;
  readonly #legend: HTMLElement;
  readonly #districts: BoxLoader<DistrictProperties>;
  readonly #listings: BoxLoader<ListingProperties>;
  #config: MapConfig;
  #hasBegun = false;
  /** Whether the view is still the one that the page began with. */
  #isAtHome = false;

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
    this.#base = new BaseData({
      map: this.#map,
      onSettled: (parcels, failed) => this.#onTiles("parcels", parcels, failed),
      onOutlined: (districts, failed) => {
        this.#onTiles("outlines", districts, failed);
        if (districts > 0) {
          this.#ground.leaveOutBoxes();
        }
      },
    });
    this.#shape = new ShapeLayer(this.#map, host, t, () => options.onSearch(searchWithin(location.pathname, location.search, undefined)));
    this.#sites = new Sites(this.#map, config, t, (ags) => this.#ground.isLabelled(ags), options.remembered);
    this.#credits = new CreditLine(t, config.credits, matchMedia("(min-width: 60rem)").matches);
    this.#legend = legend(t, config, host.clientWidth > 1100);
    host.append(toolbar(t, this.#actions(), isSearched), this.#legend, this.#credits.root);
    this.#messages = new Messages(host, t, isSearched ? (href) => options.onSearch(href) : undefined);
    this.#selecting = new Selecting({
      map: this.#map,
      host,
      config,
      t,
      sites: this.#sites,
      onSelect: options.onSelect,
      onDetail: options.onDetail,
      onAddress: (how) => this.#writeAddress(how),
    });
    this.#picking = new Picking({
      map: this.#map,
      t,
      ground: this.#ground,
      base: this.#base,
      sites: this.#sites,
      selecting: this.#selecting,
      messages: this.#messages,
      isOff: () => this.#drawing.tool !== undefined,
      onHighlight: options.onHighlight,
    });
    this.#drawing = new Drawing({
      map: this.#map,
      host,
      t,
      messages: this.#messages,
      shape: this.#shape,
      config: () => this.#config,
      districts: () => this.#ground.districts(),
      onBegin: () => this.#selecting.close(),
      onSearch: options.onSearch,
    });
    this.#districts = this.#loader("districts", 1, 2000, (box) => itemsUrl("districts", box), ({ features }) => {
      this.#ground.setDistricts(features);
      this.#showBase();
    });
    this.#listings = this.#loader("listings", 0.5, 5000, (box) => listingsUrl(this.#config.listings, box), ({ features }) =>
      this.#onListings(features as ListingFeature[]),
    );
    if (options.isEmbedded) {
      letPageScroll(this.#map, host, t);
    }
    this.#listen();
    this.#begin();
    void this.#loadBackgrounds();
  }

  /** Shows anew what is remembered and seen. */
  mark(): void {
    this.#sites.mark();
  }

  /** Points at an entry of the list, as the list does. */
  highlight(key: string | undefined): void {
    this.#sites.highlight(key);
  }

  /** Shows a record, as if it had been chosen on the map. */
  show(selection: Selection): void {
    this.#selecting.choose(selection);
  }

  /** Goes to a box, as far as it is one. */
  goTo(box: Box): void {
    this.#map.fitBounds(bounds(box), { animate: !prefersReducedMotion(), maxZoom: 18, padding: [40, 40] });
  }

  /** Follows a change of the size of its place on the page. */
  resize(): void {
    // Beside the list there is no map on a narrow screen: it keeps its view until it is seen again.
    if (this.#map.getContainer().clientWidth > 0) {
      this.#map.invalidateSize({ animate: false });
    }
  }

  /** Follows the address, after back and forward. */
  followAddress(): void {
    this.#selecting.follow(parseHash(location.hash).selected);
  }

  /** Shows what passes the filters of another list, so many in words; the view stays. */
  follow(config: MapConfig, count: string): void {
    this.#config = config;
    this.#ground.setMunicipalities(config.municipalities);
    this.#listings.stop();
    void this.#listings.show(boxOfMap(this.#map));
    this.#shape.show(parseShape(location.search), count);
    this.#messages.searchHere(searchHere(location.pathname, location.search, boxOfMap(this.#map)), false);
  }

  #begin(): void {
    const { view, selected } = parseHash(location.hash);
    // Before the first move, which writes the address.
    this.#selecting.begin(selected);
    if (view) {
      this.#map.setView([view.lat, view.lng], view.zoom, { animate: false });
    } else {
      this.#home(false);
      this.#isAtHome = true;
    }
    this.#shape.show(parseShape(location.search));
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
      onSnap: () => {
        if (this.#isAtHome) {
          this.#home(false);
        } else {
          this.#map.setZoom(Math.round(this.#map.getZoom()), { animate: false });
        }
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

  #loader<P>(
    what: string,
    margin: number,
    limit: number,
    url: (box: Box) => string,
    onLoad: (loaded: Loaded<P>) => void,
  ): BoxLoader<P> {
    return new BoxLoader<P>({
      url,
      fetchPage,
      base: location.href,
      margin,
      limit,
      onLoad: (loaded) => {
        onLoad(loaded);
        this.#messages.settle(what);
      },
      onError: () => this.#messages.fail(what, () => this.#load()),
    });
  }

  #load(): void {
    const box = boxOfMap(this.#map);
    void this.#districts.show(box);
    void this.#listings.show(box);
    this.#showBase();
    const isFar = this.#map.getZoom() < PARCELS_FROM;
    if (isFar) {
      this.#messages.settle("tiles");
    }
    this.#messages.hint(isFar ? this.#options.t("zoom_for_parcels") : "");
  }

  #onListings(features: readonly ListingFeature[]): void {
    this.#sites.set(features);
    this.#selecting.remark();
    performance.mark("map-useful");
    this.#options.host.dataset["state"] = "ready";
  }

  #showBase(): void {
    const box = boxOfMap(this.#map);
    this.#base.follow(box, this.#ground.lacksDistricts(box));
  }

  #onTiles(what: "parcels" | "outlines", count: number, failed: number): void {
    if (failed > 0) {
      this.#messages.fail("tiles", () => this.#base.retry());
    } else {
      this.#messages.settle("tiles");
      this.#options.host.dataset[what] = String(count);
    }
  }

  #listen(): void {
    const map = this.#map;
    map.on("moveend", () => {
      this.#load();
      this.#writeAddress("replace");
      this.#messages.searchHere(searchHere(location.pathname, location.search, boxOfMap(map)));
    });
    map.on("dragstart zoomstart", () => (this.#isAtHome = false));
    map.on("dragend zoomend", () => {
      if (this.#hasBegun && !this.#drawing.tool) {
        this.#messages.offerSearch();
      }
    });
    map.on("click", (event: LeafletMouseEvent) => {
      if (this.#drawing.tool) {
        this.#drawing.tool.tap(event.latlng);
      } else {
        this.#picking.click(event);
      }
    });
    listenToKeys(map.getContainer(), {
      pick: () => (this.#drawing.tool ? this.#drawing.tool.tap(map.getCenter()) : this.#picking.key()),
      step: (by) => this.#picking.step(by),
      undo: () => this.#drawing.tool?.undo(),
      close: () => (this.#drawing.tool ?? this.#selecting).close(),
    });
    new ResizeObserver(() => this.resize()).observe(map.getContainer());
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
      draw: () => void this.#drawing.turn(),
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
    if (this.#map.getContainer().clientWidth === 0) {
      return;
    }
    const { lat, lng } = this.#map.getCenter();
    const state: UrlState = { isMapShown: true, view: { zoom: this.#map.getZoom(), lat, lng } };
    if (this.#selecting.current) {
      state.selected = this.#selecting.current;
    }
    history[`${how}State`](null, "", location.pathname + location.search + formatHash(state));
  }
}

function around(box: Box | undefined, other: Box): Box {
  return box ? [Math.min(box[0], other[0]), Math.min(box[1], other[1]), Math.max(box[2], other[2]), Math.max(box[3], other[3])] : other;
}
