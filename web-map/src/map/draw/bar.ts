// The bar of the drawing tool: how to draw, what has been found, what to do with it.
import { element } from "../../dom.ts";
import { formatNumber } from "../../format.ts";
import type { Language, TextName, Translate } from "../../texts.ts";
import { MODES, RADII, type Mode, type Sketch } from "./sketch.ts";

export interface BarActions {
  setMode(mode: Mode): void;
  setRadius(metres: number): void;
  setDistrict(index: number): void;
  undo(): void;
  clear(): void;
  finish(): void;
  close(): void;
}

export interface BarOptions {
  t: Translate;
  language: Language;
  /** Names of the districts to choose from. */
  districts: readonly string[];
  actions: BarActions;
}

const LABELS: Record<Mode, TextName> = {
  corners: "draw_corners",
  freehand: "draw_freehand",
  circle: "draw_circle",
  district: "draw_district",
};

const HELP: Record<Mode, TextName> = {
  corners: "draw_corners_help",
  freehand: "draw_freehand_help",
  circle: "draw_circle_help",
  district: "draw_district_help",
};

export class Bar {
  readonly root: HTMLElement;
  readonly #t: Translate;
  readonly #figures = element("p", { class: "draw-figures", role: "status" });
  readonly #help = element("p", { class: "draw-help", id: "draw-help" });
  readonly #undo: HTMLButtonElement;
  readonly #clear: HTMLButtonElement;
  readonly #finish: HTMLButtonElement;
  readonly #radius: HTMLElement;
  readonly #district: HTMLElement;
  readonly #modes: HTMLInputElement[] = [];

  constructor({ t, language, districts, actions }: BarOptions) {
    this.#t = t;
    this.#undo = button(t("draw_undo"), "button button-quiet", () => actions.undo());
    this.#clear = button(t("draw_clear"), "button button-quiet", () => actions.clear());
    this.#finish = button(t("draw_finish"), "button", () => actions.finish());
    const radii = RADII.map((metres) => option(String(metres), distance(metres, language)));
    this.#radius = field("draw-radius", t("draw_radius"), radii, (value) => actions.setRadius(Number(value)));
    const names = [option("", t("draw_choose")), ...districts.map((name, index) => option(String(index), name))];
    this.#district = field("draw-district", t("draw_district"), names, (value) => value !== "" && actions.setDistrict(Number(value)));
    const close = button("×", "draw-close", () => actions.close());
    close.setAttribute("aria-label", t("draw_close"));
    close.title = t("draw_close");
    this.root = element(
      "div",
      { class: "draw-bar", role: "group", "aria-label": t("draw"), "aria-describedby": "draw-help" },
      element("div", { class: "draw-head" }, this.#choice(districts.length > 0, actions), close),
      element("div", { class: "draw-fields" }, this.#help, this.#radius, this.#district),
      this.#figures,
      element("div", { class: "draw-buttons" }, this.#undo, this.#clear, this.#finish),
    );
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        actions.close();
      }
    });
  }

  /** Shows what can be done with the sketch as it is. */
  show(sketch: Sketch): void {
    for (const mode of this.#modes) {
      mode.checked = mode.value === sketch.mode;
    }
    this.#radius.hidden = sketch.mode !== "circle";
    this.#district.hidden = sketch.mode !== "district";
    this.#help.textContent = this.#t(sketch.isCrossed ? "draw_crossed" : HELP[sketch.mode]);
    this.#help.classList.toggle("is-problem", sketch.isCrossed);
    this.#undo.hidden = sketch.mode !== "corners";
    disable(this.#undo, sketch.isEmpty);
    disable(this.#clear, sketch.isEmpty);
    disable(this.#finish, sketch.shape === undefined);
    this.#select("draw-radius", String(sketch.metres));
    if (sketch.isEmpty) {
      this.#select("draw-district", "");
    }
  }

  /** Says what was found; an empty text says nothing. */
  say(text: string): void {
    if (this.#figures.textContent !== text) {
      this.#figures.textContent = text;
    }
  }

  #select(id: string, value: string): void {
    const found = this.root.querySelector<HTMLSelectElement>(`#${id}`);
    if (found) {
      found.value = value;
    }
  }

  #choice(hasDistricts: boolean, actions: BarActions): HTMLElement {
    const modes = MODES.filter((mode) => mode !== "district" || hasDistricts);
    const choices = modes.map((mode) => {
      const input = element("input", { type: "radio", name: "draw-mode", value: mode });
      input.addEventListener("change", () => actions.setMode(mode));
      this.#modes.push(input);
      return element("label", { class: "draw-mode" }, input, element("span", {}, this.#t(LABELS[mode])));
    });
    return element("fieldset", { class: "draw-modes" }, element("legend", { class: "visually-hidden" }, this.#t("draw_how")), ...choices);
  }
}

/** Out of use, but still to be found by the keyboard: focus must not fall from a button that was just pressed. */
function disable(made: HTMLButtonElement, isOff: boolean): void {
  made.setAttribute("aria-disabled", String(isOff));
}

function button(label: string, className: string, action: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", class: className }, label);
  made.addEventListener("click", () => {
    if (made.getAttribute("aria-disabled") !== "true") {
      action();
    }
  });
  return made;
}

function field(id: string, label: string, options: readonly HTMLElement[], onChange: (value: string) => void): HTMLElement {
  const select = element("select", { id }, ...options);
  select.addEventListener("change", () => onChange(select.value));
  return element("p", { class: "draw-field" }, element("label", { for: id }, label), select);
}

function option(value: string, label: string): HTMLOptionElement {
  return element("option", { value }, label);
}

function distance(metres: number, language: Language): string {
  return metres < 1000 ? `${formatNumber(metres, language)} m` : `${formatNumber(metres / 1000, language)} km`;
}
