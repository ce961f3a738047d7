// Enhances a page that is complete without it: map, tie between list and map, tidy addresses.
import "./styles/main.css";
import { readConfig, type MapConfig } from "./config.ts";
import type { PageMap } from "./map/index.ts";
import { loadTexts } from "./texts.ts";
import { parseHash } from "./urlstate.ts";

const root = document.documentElement;
const isNarrow = matchMedia("(max-width: 59.99rem)");

/** Empty fields say nothing: they stay out of the address. */
function tidyForm(form: HTMLFormElement): void {
  form.addEventListener("submit", () => {
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")) {
      field.disabled = field.value.trim() === "" || (field.name === "sort" && field.value === "neueste");
    }
  });
  // Back from the next page, the fields must answer again.
  addEventListener("pageshow", () => {
    for (const field of form.querySelectorAll<HTMLInputElement>(":disabled")) {
      field.disabled = false;
    }
  });
}

function cardOf(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`.card[data-site="${CSS.escape(id)}"]`);
}

function markCard(name: string, id: string | undefined): void {
  document.querySelector(`.card.${name}`)?.classList.remove(name);
  if (id !== undefined) {
    cardOf(id)?.classList.add(name);
  }
}

async function startMap(host: HTMLElement, config: MapConfig): Promise<PageMap> {
  const [{ PageMap }, t] = await Promise.all([import("./map/index.ts"), loadTexts(config.language)]);
  const map = new PageMap({
    host,
    config,
    t,
    onHighlight: (id) => markCard("is-highlighted", id),
    onSelect: (id) => {
      markCard("is-selected", id);
      if (id !== undefined && !isNarrow.matches) {
        cardOf(id)?.scrollIntoView({ block: "nearest" });
      }
    },
  });
  for (const card of document.querySelectorAll<HTMLElement>(".card[data-site]")) {
    const point = (): void => map.highlight(card.dataset["site"]);
    const leave = (): void => map.highlight(undefined);
    card.addEventListener("pointerenter", point);
    card.addEventListener("pointerleave", leave);
    card.addEventListener("focusin", point);
    card.addEventListener("focusout", leave);
  }
  return map;
}

/** Shows list or map where there is no room for both; the map is loaded when it is first seen. */
function followView(host: HTMLElement, config: MapConfig): void {
  let map: Promise<PageMap> | undefined;
  const hasSwitch = document.querySelector(".view-switch") !== null;
  const show = (): void => {
    const isMapShown = parseHash(location.hash).isMapShown;
    root.dataset["view"] = isMapShown ? "karte" : "liste";
    for (const link of document.querySelectorAll<HTMLElement>("[data-view-link]")) {
      link.toggleAttribute("aria-current", link.dataset["viewLink"] === root.dataset["view"]);
    }
    if (!isNarrow.matches || isMapShown || !hasSwitch) {
      map ??= startMap(host, config);
      void map.then((started) => {
        started.resize();
        started.followAddress();
      });
    }
  };
  addEventListener("hashchange", show);
  addEventListener("popstate", show);
  isNarrow.addEventListener("change", show);
  show();
}

const form = document.querySelector<HTMLFormElement>(".filter-form");
if (form) {
  tidyForm(form);
}
const host = document.querySelector<HTMLElement>("[data-map]");
const config = readConfig(document);
if (host && config) {
  followView(host, config);
}
root.dataset["script"] = "ready";
