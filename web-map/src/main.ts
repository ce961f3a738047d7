// Enhances a page that is complete without it: map, tie between list and map, filters without a reload.
import "./styles/main.css";
import { pagePath, readConfig, type MapConfig } from "./config.ts";
import { element } from "./dom.ts";
import { Frame, isEmbed } from "./embed/frame.ts";
import { Finder } from "./finder.ts";
import { Keep, placeActions, type KeepOptions } from "./keep.ts";
import type { PageMap } from "./map/index.ts";
import { Remembered } from "./remembered.ts";
import { loadTexts, type Translate } from "./texts.ts";
import { parseHash } from "./urlstate.ts";

const root = document.documentElement;
const isNarrow = matchMedia("(max-width: 59.99rem)");

/** The map, once it is wanted. */
let map: Promise<PageMap> | undefined;

/** The page around this one, if this one is embedded. */
const frame = isEmbed(location.pathname) ? new Frame({ onSelect: (id) => void map?.then((started) => started.show(id)) }) : undefined;

const remembered = new Remembered();
let keep: Keep | undefined;

function cardOf(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`.card[data-site="${CSS.escape(id)}"]`);
}

function markCard(name: string, id: string | undefined): void {
  document.querySelector(`.card.${name}`)?.classList.remove(name);
  if (id !== undefined) {
    cardOf(id)?.classList.add(name);
  }
}

const keepOptions = (t: Translate, { linkQuery }: MapConfig): KeepOptions => ({ remembered, t, linkQuery, say: toast });

/** Says something for a few seconds. */
function toast(text: string): void {
  const shown = element("p", { class: "toast", role: "status" });
  document.body.append(shown);
  // A status is read when it changes, not when it appears.
  setTimeout(() => (shown.textContent = text), 50);
  setTimeout(() => shown.remove(), 8000);
}

async function startMap(host: HTMLElement, config: MapConfig, finder: Finder | undefined): Promise<PageMap> {
  const [{ PageMap }, t] = await Promise.all([import("./map/index.ts"), loadTexts(config.language)]);
  return new PageMap({
    host,
    // The list may have changed while the script was on its way.
    config: readConfig(document) ?? config,
    t,
    isEmbedded: frame !== undefined,
    remembered,
    onHighlight: (id) => markCard("is-highlighted", id),
    onSelect: (id) => {
      markCard("is-selected", id);
      if (id === undefined) {
        frame?.select(undefined);
      }
      if (id !== undefined && !isNarrow.matches) {
        cardOf(id)?.scrollIntoView({ block: "nearest" });
      }
    },
    onSearch: (href) => (finder ? finder.go(href) : location.assign(href)),
    onDetail: (detail, { collection, id }) => {
      if (collection === "sites") {
        remembered.see(id);
        const title = detail.querySelector("h2")?.textContent ?? "";
        frame?.select({ id, title, url: new URL(pagePath(config, "sites", id), location.href).href });
        const actions = placeActions({ id, title, path: pagePath({ linkQuery: "" }, "sites", id) }, keepOptions(t, config));
        detail.querySelector(".detail-head > div")?.append(actions);
      }
    },
  });
}

/** Pointing at a card, or going to it by key, lights its place up on the map. */
function pointFromList(): void {
  let last: string | undefined;
  const point = ({ target }: Event): void => {
    const id = (target as Element).closest<HTMLElement>(".card[data-site]")?.dataset["site"];
    if (id !== last) {
      last = id;
      void map?.then((started) => started.highlight(id));
    }
  };
  document.addEventListener("pointerover", point);
  document.addEventListener("focusin", point);
}

/** The list in other states, in place; says how many there are now, once. */
function startFinder(): Finder {
  const status = element("p", { class: "visually-hidden", role: "status" });
  document.body.append(status);
  return new Finder({
    onChange: (config, count) => {
      status.textContent = count;
      keep?.decorate();
      frame?.change(location.search, count);
      if (config) {
        void map?.then((started) => started.follow(config, count));
      }
    },
  });
}

/** Shows list or map where there is no room for both; the map is loaded when it is first seen. */
function followView(host: HTMLElement, config: MapConfig, finder: Finder | undefined): void {
  const hasSwitch = document.querySelector(".view-switch") !== null;
  const show = (): void => {
    const isMapShown = parseHash(location.hash).isMapShown;
    root.dataset["view"] = isMapShown ? "karte" : "liste";
    for (const link of document.querySelectorAll<HTMLElement>("[data-view-link]")) {
      link.toggleAttribute("aria-current", link.dataset["viewLink"] === root.dataset["view"]);
    }
    if (!isNarrow.matches || isMapShown || !hasSwitch) {
      map ??= startMap(host, config, finder).then((started) => {
        frame?.ready();
        return started;
      });
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

const finder = document.querySelector(".finder-text") ? startFinder() : undefined;
const host = document.querySelector<HTMLElement>("[data-map]");
const config = readConfig(document);
if (config) {
  void loadTexts(config.language).then((t) => {
    keep = new Keep(keepOptions(t, config));
    remembered.onChange(() => void map?.then((started) => started.mark()));
  });
}
if (host && config) {
  pointFromList();
  followView(host, config, finder);
}
root.dataset["script"] = "ready";
