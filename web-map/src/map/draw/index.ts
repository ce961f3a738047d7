// The drawing tool: corners by tap or by key, freehand, a circle, a district. Loaded when it is first wanted.
import type { MapConfig } from "../../config.ts";
import { fetchFigures } from "../../figures.ts";
import type { Translate } from "../../texts.ts";
import type { Corner, Shape } from "../../urlstate.ts";
import type { LatLng, LeafletMap } from "../leaflet.ts";
import { Bar } from "./bar.ts";
import { listenToStrokes } from "./freehand.ts";
import { Sketch, type Mode } from "./sketch.ts";
import { Trace } from "./trace.ts";
import { inWords } from "./words.ts";

/** How near to the first corner a tap closes the area, in pixels. */
const CLOSING = 14;
/** Figures are asked for when nothing has changed for so long, in milliseconds. */
const PAUSE = 120;

export interface District {
  name: string;
  ring: readonly Corner[];
}

export interface DrawOptions {
  map: LeafletMap;
  host: HTMLElement;
  t: Translate;
  config: MapConfig;
  districts: readonly District[];
  /** What the list is limited to already. */
  shape: Shape | undefined;
  say(text: string): void;
  onFinish(shape: Shape): void;
  onClose(): void;
}

export class DrawTool {
  readonly #options: DrawOptions;
  readonly #sketch = new Sketch();
  readonly #trace: Trace;
  readonly #bar: Bar;
  #stopStrokes: (() => void) | undefined;
  #running: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DrawOptions) {
    this.#options = options;
    const { map, host, t, config, districts, shape } = options;
    this.#sketch.load(shape);
    this.#trace = new Trace(map);
    this.#bar = new Bar({
      t,
      language: config.language,
      districts: districts.map(({ name }) => name),
      actions: {
        setMode: (mode) => this.#setMode(mode),
        setRadius: (metres) => this.#change(() => (this.#sketch.metres = metres)),
        setDistrict: (index) => this.#setDistrict(districts[index]!),
        undo: () => this.undo(),
        clear: () => this.#clear(),
        finish: () => this.finish(),
        close: () => this.close(),
      },
    });
    host.append(this.#bar.root);
    host.dataset["drawing"] = "";
    map.on("mousemove", this.#onMouse);
    map.on("move", this.#onMove);
    this.#followMode();
    this.#changed();
    map.getContainer().focus({ preventScroll: true });
  }

  /** Sets a corner, or closes the area at its first one. */
  tap(place: LatLng): void {
    const { map, t, say } = this.#options;
    const [first] = this.#sketch.corners;
    const isClosing = this.#sketch.mode === "corners" && this.#sketch.shape !== undefined && first !== undefined &&
      map.latLngToContainerPoint([first[1], first[0]]).distanceTo(map.latLngToContainerPoint(place)) < CLOSING;
    if (isClosing) {
      this.finish();
    } else if (this.#sketch.mode === "corners" || this.#sketch.mode === "circle") {
      this.#change(() => this.#sketch.put(corner(place)));
      say(this.#sketch.mode === "circle" ? t("draw_centre_set") : t("draw_corner_set", { n: String(this.#sketch.corners.length) }));
    }
  }

  undo(): void {
    this.#change(() => this.#sketch.undo());
    this.#options.say(this.#options.t("draw_corner_undone", { n: String(this.#sketch.corners.length) }));
  }

  finish(): void {
    const { shape } = this.#sketch;
    if (shape) {
      this.#remove();
      this.#options.onFinish(shape);
    }
  }

  close(): void {
    this.#remove();
    this.#options.onClose();
  }

  #clear(): void {
    this.#change(() => this.#sketch.clear());
  }

  #setMode(mode: Mode): void {
    this.#change(() => {
      this.#sketch.mode = mode;
      this.#sketch.clear();
    });
    this.#followMode();
  }

  #setDistrict({ ring }: District): void {
    this.#change(() => this.#sketch.outline(ring));
    const { map, host } = this.#options;
    // The bar lies at the top of a broad map, at the bottom of a narrow one.
    const [bar, whole] = [this.#bar.root.getBoundingClientRect(), host.getBoundingClientRect()];
    const isAtTop = bar.top - whole.top < whole.bottom - bar.bottom;
    map.fitBounds(ring.map(([lng, lat]): [number, number] => [lat, lng]), {
      paddingTopLeft: [30, isAtTop ? bar.bottom - whole.top + 20 : 30],
      paddingBottomRight: [30, isAtTop ? 30 : whole.bottom - bar.top + 20],
    });
  }

  /** Dragging draws in freehand, and moves the map otherwise. */
  #followMode(): void {
    const { map } = this.#options;
    this.#stopStrokes?.();
    this.#stopStrokes = undefined;
    if (this.#sketch.mode !== "freehand") {
      map.dragging.enable();
      return;
    }
    map.dragging.disable();
    const places = (line: readonly [number, number][]): Corner[] => line.map((at) => corner(map.containerPointToLatLng(at)));
    this.#stopStrokes = listenToStrokes(map.getContainer(), {
      move: (line) => this.#trace.stroke(places(line)),
      end: (line) => {
        // A tap is no stroke.
        if (line.length > 2) {
          this.#change(() => this.#sketch.stroke(places(line), this.#degreesAPixel()));
        }
      },
      cancel: () => this.#changed(),
    });
  }

  #degreesAPixel(): number {
    const { map } = this.#options;
    const lat = (y: number): number => map.containerPointToLatLng([0, y]).lat;
    return Math.abs(lat(0) - lat(1));
  }

  readonly #onMouse = ({ latlng }: { latlng: LatLng }): void => this.#trace.stretch(this.#sketch, corner(latlng));

  /** By keys the next corner would be set at the cross-hair. */
  readonly #onMove = (): void => {
    const { map } = this.#options;
    if (map.getContainer().matches(":focus-visible")) {
      this.#trace.stretch(this.#sketch, corner(map.getCenter()));
    }
  };

  #change(change: () => void): void {
    change();
    this.#changed();
  }

  #changed(): void {
    this.#trace.show(this.#sketch);
    this.#trace.stretch(this.#sketch, undefined);
    this.#bar.show(this.#sketch);
    this.#options.host.dataset["corners"] = String(this.#sketch.corners.length);
    this.#running?.abort();
    clearTimeout(this.#timer);
    const { shape } = this.#sketch;
    if (shape) {
      this.#timer = setTimeout(() => void this.#count(shape), PAUSE);
    } else {
      this.#bar.say("");
    }
  }

  async #count(shape: Shape): Promise<void> {
    const { t, config } = this.#options;
    const running = new AbortController();
    this.#running = running;
    try {
      const figures = await fetchFigures(shape, config, running.signal);
      this.#bar.say(inWords(figures, t, config.language));
    } catch {
      if (!running.signal.aborted) {
        this.#bar.say(t("draw_failed"));
      }
    }
  }

  #remove(): void {
    const { map, host } = this.#options;
    this.#running?.abort();
    clearTimeout(this.#timer);
    this.#stopStrokes?.();
    map.dragging.enable();
    map.off("mousemove", this.#onMouse);
    map.off("move", this.#onMove);
    this.#trace.remove();
    this.#bar.root.remove();
    delete host.dataset["drawing"];
    delete host.dataset["corners"];
  }
}

function corner({ lng, lat }: LatLng): Corner {
  return [Number(lng.toFixed(5)), Number(lat.toFixed(5))];
}
