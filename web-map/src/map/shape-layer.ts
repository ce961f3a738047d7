// The area or circle that the list is limited to, with a button that takes the limit away.
import { element } from "../dom.ts";
import type { Translate } from "../texts.ts";
import type { Shape } from "../urlstate.ts";
import { shapeLayer } from "./draw/shape.ts";
import type { LayerGroup, LeafletMap } from "./leaflet.ts";

export class ShapeLayer {
  readonly #map: LeafletMap;
  readonly #root: HTMLElement;
  readonly #count = element("span", { class: "shape-count" });
  #layer: LayerGroup | undefined;

  constructor(map: LeafletMap, host: HTMLElement, t: Translate, onRemove: () => void) {
    this.#map = map;
    const button = element("button", { type: "button", class: "shape-remove" }, `${t("shape_remove")} `, element("span", { "aria-hidden": "true" }, "×"));
    button.addEventListener("click", onRemove);
    this.#root = element("p", { class: "shape-note" }, this.#count, button);
    this.#root.hidden = true;
    host.append(this.#root);
  }

  /** Shows a shape and what it holds in words, or none. */
  show(shape: Shape | undefined, count = this.#count.textContent): void {
    this.#layer?.remove();
    this.#layer = shape && shapeLayer(this.#map, shape).addTo(this.#map);
    this.#count.textContent = count;
    this.#root.hidden = shape === undefined;
  }
}
