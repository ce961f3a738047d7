// Buttons of the map and its legend: plain elements after the map, so that the map itself is one tab stop.
import type { MapConfig } from "../config.ts";
import { element, svg } from "../dom.ts";
import type { Translate } from "../texts.ts";
import { patternPatch } from "./patterns.ts";

export interface ToolbarActions {
  zoomIn(): void;
  zoomOut(): void;
  home(): void;
  locate(): void;
  draw(): void;
  fullScreen(): void;
}

const ICONS = {
  zoomIn: "M12 5v14M5 12h14",
  zoomOut: "M5 12h14",
  home: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  locate: "M12 2v4M12 18v4M2 12h4M18 12h4M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10z",
  fullScreen: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
  draw: "M5 8 12 4l8 5-3 10-10-1zM5 8m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0M20 9m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0M7 18m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0",
};

/** `canDraw`: the page has a list that a drawn area can limit. */
export function toolbar(t: Translate, actions: ToolbarActions, canDraw: boolean): HTMLElement {
  const button = (name: keyof ToolbarActions, label: string): HTMLElement => {
    const icon = svg("svg", { viewBox: "0 0 24 24", width: "22", height: "22", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
    const made = element("button", { type: "button", class: "map-button", title: label, "aria-label": label }, icon as unknown as Node);
    made.addEventListener("click", () => actions[name]());
    return made;
  };
  // Not on telephones: there the map fills the screen, or the browser cannot.
  const wide = document.fullscreenEnabled && matchMedia("(min-width: 45rem)").matches ? [button("fullScreen", t("full_screen"))] : [];
  return element(
    "div",
    { class: "map-toolbar" },
    element("div", { class: "map-buttons" }, button("zoomIn", t("zoom_in")), button("zoomOut", t("zoom_out"))),
    element("div", { class: "map-buttons" }, button("home", t("home")), button("locate", t("locate")), ...wide),
    ...(canDraw ? [element("div", { class: "map-buttons" }, button("draw", t("draw")))] : []),
  );
}

export function legend(t: Translate, config: MapConfig, isOpen: boolean): HTMLElement {
  const row = (sign: Node, label: string): HTMLElement => element("li", {}, sign, element("span", {}, label));
  const groups = config.groups.map((group) => {
    const badge = element("span", { class: `badge badge-small group-${group.code}`, "aria-hidden": "true" }, group.letter);
    return row(element("span", { class: "legend-sign" }, badge, patternPatch(group) as unknown as Node), group.label);
  });
  const sign = (name: string): Node => element("span", { class: `legend-sign sign-${name}`, "aria-hidden": "true" });
  return element(
    "details",
    { class: "legend", open: isOpen },
    element("summary", {}, t("legend")),
    element(
      "ul",
      {},
      ...groups,
      row(sign("taken"), t("legend_taken")),
      row(sign("district"), t("legend_district")),
      row(sign("parcel"), t("legend_parcel")),
      row(sign("building"), t("legend_building")),
      row(sign("vacant"), t("legend_vacant")),
    ),
  );
}

/** Whose data the map shows: open where there is room, one tap away where there is none. */
export class CreditLine {
  readonly root: HTMLDetailsElement;
  readonly #text = element("p");
  readonly #credits: readonly string[];

  constructor(t: Translate, credits: readonly string[], isOpen: boolean) {
    this.#credits = credits;
    this.root = element("details", { class: "credits", open: isOpen }, element("summary", {}, `© ${t("credits")}`), this.#text);
    this.show(undefined);
  }

  /** Names the source of the background, too. */
  show(background: string | undefined): void {
    const credits = background === undefined ? this.#credits : [background, ...this.#credits];
    this.#text.replaceChildren(...withLinks(credits.join(" · ")));
    this.root.hidden = credits.length === 0;
  }
}

/** A text whose addresses are links. */
function withLinks(text: string): (Node | string)[] {
  return text.split(/(https:\/\/[^\s;,]+)/).map((part) => (part.startsWith("https://") ? element("a", { href: part, rel: "noreferrer" }, new URL(part).hostname) : part));
}
