// Begins and ends drawing; the tool itself is loaded when it is first wanted.
import type { MapConfig } from "../config.ts";
import type { Translate } from "../texts.ts";
import { parseShape, searchWithin, type Shape } from "../urlstate.ts";
import type { District, DrawTool } from "./draw/index.ts";
import type { LeafletMap } from "./leaflet.ts";
import type { Messages } from "./messages.ts";
import type { ShapeLayer } from "./shape-layer.ts";

export interface DrawingOptions {
  map: LeafletMap;
  host: HTMLElement;
  t: Translate;
  messages: Messages;
  /** Shows what the list is limited to, while nothing is being drawn. */
  shape: ShapeLayer;
  config(): MapConfig;
  districts(): District[];
  onBegin(): void;
  onSearch(href: string): void;
}

export class Drawing {
  readonly #options: DrawingOptions;
  #tool: DrawTool | undefined;
  #isLoading = false;

  constructor(options: DrawingOptions) {
    this.#options = options;
  }

  /** The tool, while something is being drawn. */
  get tool(): DrawTool | undefined {
    return this.#tool;
  }

  /** Begins to draw, or ends it. */
  async turn(): Promise<void> {
    const { messages } = this.#options;
    if (this.#tool) {
      this.#tool.close();
    } else if (!this.#isLoading) {
      this.#isLoading = true;
      try {
        this.#begin(await import("./draw/index.ts"));
        messages.settle("draw");
      } catch {
        messages.fail("draw", () => void this.turn());
      }
      this.#isLoading = false;
    }
  }

  #begin({ DrawTool }: typeof import("./draw/index.ts")): void {
    const { map, host, t, messages, shape, config, districts, onBegin, onSearch } = this.#options;
    onBegin();
    shape.show(undefined);
    this.#tool = new DrawTool({
      map,
      host,
      t,
      config: config(),
      districts: districts(),
      shape: parseShape(location.search),
      say: (text) => messages.say(text),
      onFinish: (drawn) => {
        this.#end(drawn);
        onSearch(searchWithin(location.pathname, location.search, drawn));
      },
      onClose: () => {
        this.#end(parseShape(location.search));
        messages.say(t("draw_closed"));
      },
    });
  }

  #end(shown: Shape | undefined): void {
    this.#tool = undefined;
    this.#options.shape.show(shown);
    this.#options.map.getContainer().focus({ preventScroll: true });
  }
}
