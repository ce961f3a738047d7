// Base maps that this server passes on, and the choice between them; without any the map draws its own ground.
import { element } from "../dom.ts";
import type { Box } from "../geometry.ts";
import type { Language, Translate } from "../texts.ts";
import { type LeafletMap, TileLayer } from "./leaflet.ts";
import { bounds } from "./ground.ts";

/** A base map as `GET /grundkarte` lists it. */
export interface Background {
  id: string;
  title: Record<"de" | "en", string>;
  credit: string;
  minZoom: number;
  maxZoom: number;
}

/** Kept because the visitor chose it. */
const KEY = "baulotse:v1:background";
const PLAIN = "";
/** Steps of the zoom over a picture, which is sharp on whole ones only. */
const PICTURE_SNAP = 1;

export interface BackgroundOptions {
  map: LeafletMap;
  t: Translate;
  language: Language;
  /** Around what there are pictures. */
  box: Box | undefined;
  /** Another background: its credit, or none. */
  onChange(credit: string | undefined): void;
  /** The zoom goes in other steps now, which it may not be on. */
  onSnap(): void;
  /** Its pictures cannot be had, or can be had again. */
  onFailure(hasFailed: boolean): void;
}

export class Backgrounds {
  readonly #options: BackgroundOptions;
  readonly #snap: number;
  #list: Background[] = [];
  #layer: TileLayer | undefined;
  #chosen = PLAIN;

  constructor(options: BackgroundOptions) {
    this.#options = options;
    this.#snap = options.map.options.zoomSnap ?? 1;
  }

  /** Asks what there is, shows what was chosen before or else the first, and returns the choice; none if there is none. */
  async load(): Promise<HTMLElement | undefined> {
    const response = await fetch("/grundkarte", { headers: { accept: "application/json" } });
    this.#list = response.ok ? ((await response.json()) as Background[]) : [];
    if (this.#list.length === 0) {
      return undefined;
    }
    const kept = stored();
    const isThere = kept === PLAIN || this.#list.some(({ id }) => id === kept);
    this.#show(isThere ? kept! : this.#list[0]!.id);
    return this.#choice();
  }

  #show(id: string): void {
    const { map, box, onChange, onFailure, onSnap } = this.#options;
    const background = this.#list.find((candidate) => candidate.id === id);
    this.#layer?.remove();
    this.#layer = undefined;
    this.#chosen = background ? id : PLAIN;
    onFailure(false);
    map.getContainer().dataset["background"] = this.#chosen;
    map.options.zoomSnap = background ? PICTURE_SNAP : this.#snap;
    if (background) {
      const area = box && bounds(box).pad(0.02);
      this.#layer = new TileLayer(`/grundkarte/${id}/{z}/{x}/{y}`, {
        pane: "background",
        minZoom: background.minZoom,
        maxNativeZoom: background.maxZoom,
        maxZoom: 22,
        ...(area ? { bounds: area } : {}),
      });
      this.#layer.on("tileerror", () => onFailure(true));
      this.#layer.on("tileload", () => onFailure(false));
      map.addLayer(this.#layer);
      if (map.getZoom() % PICTURE_SNAP !== 0) {
        onSnap();
      }
    }
    onChange(background?.credit);
  }

  #choice(): HTMLElement {
    const { t, language } = this.#options;
    const choices = [{ id: PLAIN, title: t("ground_plain") }, ...this.#list.map(({ id, title }) => ({ id, title: title[language === "en" ? "en" : "de"] }))];
    const rows = choices.map(({ id, title }) => {
      const input = element("input", { type: "radio", name: "background", value: id, checked: id === this.#chosen });
      input.addEventListener("change", () => {
        store(id);
        this.#show(id);
      });
      return element("label", { class: "background-choice" }, input, element("span", {}, title));
    });
    return element("fieldset", { class: "backgrounds" }, element("legend", {}, t("ground")), ...rows);
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(id: string): void {
  try {
    localStorage.setItem(KEY, id);
  } catch {
    // It holds until the page is left.
  }
}
