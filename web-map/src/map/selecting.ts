// What is chosen on the map: its outline, its panel, its place in the address.
import type { ApiFeature, Collection } from "../api.ts";
import { pagePath, type MapConfig } from "../config.ts";
import { boxOf } from "../geometry.ts";
import type { Translate } from "../texts.ts";
import type { UrlState } from "../urlstate.ts";
import { bounds } from "./ground.ts";
import type { LeafletMap } from "./leaflet.ts";
import { Panel } from "./panel.ts";
import { SelectionMark } from "./selection.ts";
import { keyOf, type Site, type Sites } from "./sites.ts";

export type Selection = NonNullable<UrlState["selected"]>;

export interface SelectingOptions {
  map: LeafletMap;
  host: HTMLElement;
  config: MapConfig;
  t: Translate;
  sites: Sites;
  /** An entry of the list is chosen, or none any more. */
  onSelect(key: string | undefined): void;
  /** A record is shown in the panel: what else belongs to it can be added. */
  onDetail(detail: HTMLElement, selection: Selection): void;
  /** The address must say it: as a step to go back to, or not. */
  onAddress(how: "push" | "replace"): void;
}

export class Selecting {
  readonly #options: SelectingOptions;
  readonly #mark: SelectionMark;
  readonly #panel: Panel;
  #current: Selection | undefined;

  constructor(options: SelectingOptions) {
    this.#options = options;
    const { map, host, t } = options;
    this.#mark = new SelectionMark(map);
    this.#panel = new Panel({
      host,
      t,
      onClose: () => this.#deselect(),
      onDetail: (detail) => this.#current && options.onDetail(detail, this.#current),
    });
  }

  get current(): Selection | undefined {
    return this.#current;
  }

  /** Begins with what the address says, and marks what the page itself is about, which has no panel. */
  begin(selected: Selection | undefined): void {
    const { config, sites } = this.#options;
    this.#current = selected;
    if (config.selected) {
      sites.select(keyOf(config.selected));
      void this.#showMark(config.selected);
    }
    if (selected) {
      void this.#open(selected);
    }
  }

  /** Chooses a record and opens its panel. */
  choose(selection: Selection): void {
    const isFirst = this.#current === undefined;
    this.#current = selection;
    this.#options.onAddress(isFirst ? "push" : "replace");
    void this.#open(selection);
  }

  /** Follows the address, after back and forward. */
  follow(selected: Selection | undefined): void {
    if (selected?.id !== this.#current?.id) {
      if (selected) {
        void this.#open(selected);
      } else {
        this.close();
      }
    }
  }

  /** Marks a site without opening it; Enter does that. */
  point(site: Site): void {
    const { sites, onSelect } = this.#options;
    const { collection, id, geometry } = site.feature;
    this.#current = { collection, id };
    this.#mark.show(geometry);
    sites.select(site.key);
    sites.highlight(site.key);
    onSelect(site.key);
  }

  /** Marks the chosen site among others that have just come. */
  remark(): void {
    const wanted = this.#current ?? this.#options.config.selected;
    this.#options.sites.select(wanted && keyOf(wanted));
  }

  close(): void {
    this.#panel.close();
  }

  async #open(selection: Selection): Promise<void> {
    const { config, t, sites, onSelect } = this.#options;
    this.#current = selection;
    const key = selection.collection === "parcels" ? undefined : keyOf(selection);
    sites.select(key);
    onSelect(key);
    const title = key === undefined ? t("legend_parcel") : (sites.site(key)?.feature.title ?? t("details"));
    const opened = this.#panel.open(title, pagePath(config, selection.collection, selection.id));
    await this.#showMark(selection);
    await opened;
  }

  #deselect(): void {
    const { map, config, sites, onSelect, onAddress } = this.#options;
    this.#current = undefined;
    this.#mark.show(null);
    sites.select(config.selected && keyOf(config.selected));
    onSelect(undefined);
    if (config.selected) {
      void this.#showMark(config.selected);
    }
    onAddress("replace");
    map.getContainer().focus({ preventScroll: true });
  }

  /** Outlines a record; one that is not loaded whole is asked for by its id. */
  async #showMark({ collection, id }: Selection): Promise<void> {
    const { map, config, sites } = this.#options;
    const loaded = sites.site(keyOf({ collection, id }))?.feature.geometry;
    const geometry = loaded ?? (await fetchGeometry(collection, id));
    const box = geometry ? boxOf(geometry) : undefined;
    const wanted = this.#current?.id ?? config.selected?.id;
    if (!geometry || !box || wanted !== id) {
      return;
    }
    this.#mark.show(geometry);
    if (this.#panel.isOpen) {
      map.panInside(bounds(box).getCenter(), {
        paddingTopLeft: [40, 40],
        paddingBottomRight: [this.#panel.coveredWidth + 40, this.#panel.coveredHeight + 40],
      });
    }
  }
}

async function fetchGeometry(collection: Collection, id: string): Promise<ApiFeature<unknown>["geometry"]> {
  try {
    const response = await fetch(`/ogc/collections/${collection}/items/${encodeURIComponent(id)}`, {
      headers: { accept: "application/geo+json" },
    });
    return response.ok ? ((await response.json()) as ApiFeature<unknown>).geometry : null;
  } catch {
    return null;
  }
}
