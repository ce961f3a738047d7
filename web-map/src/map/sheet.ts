// The panel as a sheet at the bottom of a narrow screen: three heights, by dragging, by button and by key.
import { element } from "../dom.ts";
import type { Translate } from "../texts.ts";

export const HEIGHTS = ["low", "half", "full"] as const;
export type Height = (typeof HEIGHTS)[number];

/** A faster stroke than this goes on to the next height, in pixels a millisecond. */
const FLICK = 0.5;

/** The height nearest to where a drag ended; a flick goes one further in its direction (upwards is negative). */
export function settle(released: number, heights: Record<Height, number>, speed: number): Height {
  const distance = (height: Height): number => Math.abs(heights[height] - released);
  const nearest = HEIGHTS.toSorted((a, b) => distance(a) - distance(b))[0]!;
  if (Math.abs(speed) < FLICK) {
    return nearest;
  }
  const beyond = HEIGHTS.filter((height) => (speed < 0 ? heights[height] > released : heights[height] < released));
  return (speed < 0 ? beyond[0] : beyond.at(-1)) ?? nearest;
}

export interface SheetOptions {
  root: HTMLElement;
  host: HTMLElement;
  t: Translate;
}

export class Sheet {
  readonly handle: HTMLButtonElement;
  readonly #options: SheetOptions;
  #height: Height = "half";
  #wasDragged = false;

  constructor(options: SheetOptions) {
    this.#options = options;
    this.handle = element("button", { type: "button", class: "sheet-handle" });
    this.handle.addEventListener("click", () => {
      if (!this.#wasDragged) {
        this.set(this.#height === "half" ? "full" : "half");
      }
      this.#wasDragged = false;
    });
    this.handle.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (by) {
        event.preventDefault();
        this.set(HEIGHTS[HEIGHTS.indexOf(this.#height) + by] ?? this.#height);
      }
    });
    this.#followDrag();
    this.set("half");
    // What has the focus is not hidden behind the sheet (WCAG 2.4.11).
    options.host.addEventListener("focusin", ({ target }) => this.#giveWay(target as HTMLElement));
  }

  set(height: Height): void {
    this.#height = height;
    const { root, t } = this.#options;
    root.dataset["height"] = height;
    root.style.height = "";
    const label = t(height === "full" ? "sheet_smaller" : "sheet_larger");
    this.handle.setAttribute("aria-label", label);
    this.handle.title = label;
  }

  #giveWay(focused: HTMLElement): void {
    const { root } = this.#options;
    if (root.hidden || root.contains(focused) || focused.classList.contains("map-canvas")) {
      return;
    }
    const isHidden = (): boolean => focused.getBoundingClientRect().bottom > root.getBoundingClientRect().top;
    for (const lower of (["half", "low"] as const).filter((height) => HEIGHTS.indexOf(height) < HEIGHTS.indexOf(this.#height))) {
      if (isHidden() && this.handle.offsetParent !== null) {
        this.set(lower);
      }
    }
  }

  /** How high each would be now: the style sheet says it. */
  #heights(): Record<Height, number> {
    const { root } = this.#options;
    root.style.height = "";
    const measured = HEIGHTS.map((height): [Height, number] => {
      root.dataset["height"] = height;
      return [height, root.offsetHeight];
    });
    return Object.fromEntries(measured) as Record<Height, number>;
  }

  #followDrag(): void {
    const { root, host } = this.#options;
    const { handle } = this;
    let drag: { from: number; height: number; lastY: number; lastTime: number; speed: number } | undefined;
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      this.#wasDragged = false;
      drag = { from: event.clientY, height: root.clientHeight, lastY: event.clientY, lastTime: event.timeStamp, speed: 0 };
    });
    handle.addEventListener("pointermove", (event) => {
      if (!drag || (!this.#wasDragged && Math.abs(event.clientY - drag.from) < 6)) {
        return;
      }
      this.#wasDragged = true;
      root.dataset["dragging"] = "";
      const time = Math.max(1, event.timeStamp - drag.lastTime);
      drag = { ...drag, speed: (event.clientY - drag.lastY) / time, lastY: event.clientY, lastTime: event.timeStamp };
      root.style.height = `${Math.min(host.clientHeight, drag.height + drag.from - event.clientY)}px`;
    });
    const end = (): void => {
      if (drag && this.#wasDragged) {
        this.set(settle(parseFloat(root.style.height), this.#heights(), drag.speed));
      }
      delete root.dataset["dragging"];
      drag = undefined;
    };
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
  }
}
