// From a place on the map to what lies there: by click, by tap, by key, and by pointing at it.
import type { Translate } from "../texts.ts";
import type { BaseData } from "./base-data.ts";
import { bounds, type Ground } from "./ground.ts";
import type { LatLng, LeafletMap, LeafletMouseEvent } from "./leaflet.ts";
import type { Messages } from "./messages.ts";
import type { Selecting } from "./selecting.ts";
import { boundsOf, keyOf, type Sites } from "./sites.ts";

/** How far from its outline a tap of a finger still means an area, in pixels. */
const FINGER = 12;

export interface PickingOptions {
  map: LeafletMap;
  t: Translate;
  ground: Ground;
  base: BaseData;
  sites: Sites;
  selecting: Selecting;
  messages: Messages;
  /** Whether places mean something else at the moment. */
  isOff(): boolean;
  /** A site is pointed at, or none any more. */
  onHighlight(key: string | undefined): void;
}

export class Picking {
  readonly #options: PickingOptions;
  #pointed: string | undefined;

  constructor(options: PickingOptions) {
    this.#options = options;
    const { map, base, sites, isOff } = options;
    map.on("mousemove", ({ latlng }: LeafletMouseEvent) => {
      const hit = isOff() ? undefined : sites.at(latlng);
      base.hover(hit || isOff() ? undefined : latlng);
      map.getContainer().classList.toggle("is-pointing", hit !== undefined);
      this.#point(hit && "site" in hit ? hit.site.key : undefined);
    });
    map.on("mouseout", () => {
      base.hover(undefined);
      this.#point(undefined);
    });
  }

  /** Chooses what was clicked or tapped. */
  click({ latlng, originalEvent }: LeafletMouseEvent): void {
    const isTouch = (originalEvent as PointerEvent).pointerType === "touch";
    if (!this.#pick(latlng, isTouch ? FINGER : 0)) {
      this.#options.selecting.close();
    }
  }

  /** Chooses what lies under the cross-hair. */
  key(): void {
    const { map, messages, t } = this.#options;
    if (!this.#pick(map.getCenter(), 0)) {
      messages.say(t("nothing_here"));
    }
  }

  /** Goes through the sites in view. */
  step(by: 1 | -1): void {
    const { t, sites, selecting, messages } = this.#options;
    const inView = sites.inView();
    if (inView.length === 0) {
      messages.say(t("no_sites_in_view"));
      return;
    }
    const current = inView.findIndex((site) => selecting.current && site.key === keyOf(selecting.current));
    const index = current < 0 && by < 0 ? inView.length - 1 : (current + by + inView.length) % inView.length;
    selecting.point(inView[index]!);
    messages.say(t("selected", { title: inView[index]!.feature.title }));
  }

  /** Whether there is anything: a site, several that are shown apart then, a municipality's label, a parcel. */
  #pick(place: LatLng, tolerance: number): boolean {
    const { map, ground, base, sites, selecting } = this.#options;
    const hit = sites.at(place, tolerance);
    const town = ground.townAt(map.latLngToContainerPoint(place));
    if (hit && "site" in hit) {
      const { collection, id } = hit.site.feature;
      selecting.choose({ collection, id });
      return true;
    }
    if (hit) {
      map.fitBounds(boundsOf(hit.sites), { padding: [60, 60], maxZoom: Math.max(17, map.getZoom() + 1) });
      return true;
    }
    if (town) {
      map.fitBounds(bounds(town.bounds));
      return true;
    }
    const parcel = base.parcelAt(place, tolerance);
    if (parcel) {
      selecting.choose({ collection: "parcels", id: parcel.id });
    }
    return parcel !== undefined;
  }

  #point(key: string | undefined): void {
    if (key !== this.#pointed) {
      this.#pointed = key;
      this.#options.sites.highlight(key);
      this.#options.onHighlight(key);
    }
  }
}
