// Enhances a page that is complete without it: map, tie between list and map, filters without a reload.
import "./styles/main.css";
import { pagePath, readConfig, type MapConfig } from "./config.ts";
import { Combobox, type Hit } from "./combobox.ts";
import { element } from "./dom.ts";
import { Frame, isEmbed } from "./embed/frame.ts";
import { Finder } from "./finder.ts";
import { Keep, placeActions, type KeepOptions } from "./keep.ts";
import type { PageMap } from "./map/index.ts";
import type { Selection } from "./map/selecting.ts";
import { Remembered } from "./remembered.ts";
import { isLanguage, loadTexts, type Translate } from "./texts.ts";
import { parseHash } from "./urlstate.ts";

const root = document.documentElement;
const isNarrow = matchMedia("(max-width: 59.99rem)");

/** The map, once it is wanted. */
let map: Promise<PageMap> | undefined;

/** The page around this one, if this one is embedded. */
const frame = isEmbed(location.pathname) ? new Frame({ onSelect: showPlace }) : undefined;

const remembered = new Remembered();
let keep: Keep | undefined;

function cardOf(key: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`.card[data-listing="${CSS.escape(key)}"]`);
}

function markCard(name: string, key: string | undefined): void {
  document.querySelector(`.card.${name}`)?.classList.remove(name);
  if (key !== undefined) {
    cardOf(key)?.classList.add(name);
  }
}

/** Shows a place that the page around this one has chosen: on the map, or where there is none, in the list. */
function showPlace({ collection, id }: Selection): void {
  if (map) {
    void map.then((started) => started.show({ collection, id }));
  } else {
    const key = `${collection}/${id}`;
    markCard("is-selected", key);
    cardOf(key)?.scrollIntoView({ block: "nearest" });
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
    onHighlight: (key) => markCard("is-highlighted", key),
    onSelect: (key) => {
      markCard("is-selected", key);
      if (key === undefined) {
        frame?.select(undefined);
      }
      if (key !== undefined && !isNarrow.matches) {
        cardOf(key)?.scrollIntoView({ block: "nearest" });
      }
    },
    onSearch: (href) => (finder ? finder.go(href) : location.assign(href)),
    onDetail: (detail, { collection, id }) => {
      if (collection !== "parcels") {
        const key = `${collection}/${id}`;
        const title = detail.querySelector("h2")?.textContent ?? "";
        remembered.see(key);
        frame?.select({ collection, id, title, url: new URL(pagePath(config, collection, id), location.href).href });
        const actions = placeActions({ key, title, path: pagePath({ linkQuery: "" }, collection, id) }, keepOptions(t, config));
        detail.querySelector(".detail-head > div")?.append(actions);
      }
    },
  });
}

/** Pointing at a card, or going to it by key, lights its place up on the map. */
function pointFromList(): void {
  let last: string | undefined;
  const point = ({ target }: Event): void => {
    const key = (target as Element).closest<HTMLElement>(".card[data-listing]")?.dataset["listing"];
    if (key !== last) {
      last = key;
      void map?.then((started) => started.highlight(key));
    }
  };
  document.addEventListener("pointerover", point);
  document.addEventListener("focusin", point);
}

/** Completes the search field; a list that is exchanged has a new one. */
function startSearch(t: Translate, { linkQuery }: Pick<MapConfig, "linkQuery">): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-combobox]:not(:has([role=combobox]))")) {
    new Combobox(form, { t, linkQuery, onChoose: (hit) => void goToHit(hit) });
  }
}

/** What was found is shown on the map, if that is in sight, and in the list; else on its page. */
async function goToHit({ kind, id, href, bbox }: Hit): Promise<void> {
  const url = new URL(href, location.href);
  const isHere = url.pathname === location.pathname && finder !== undefined;
  const started = root.dataset["view"] === "karte" || !isNarrow.matches ? await map : undefined;
  if (started && bbox && (isHere || kind === "parcel")) {
    started.goTo(bbox);
  }
  if (started && kind === "parcel" && id !== undefined) {
    started.show({ collection: "parcels", id });
  } else if (isHere) {
    finder?.go(href);
  } else {
    location.assign(href);
  }
}

/** The list in other states, in place; says how many there are now, once. */
function startFinder(): Finder {
  const status = element("p", { class: "visually-hidden", role: "status" });
  document.body.append(status);
  return new Finder({
    onChange: (config, count) => {
      status.textContent = count;
      keep?.decorate();
      if (config) {
        void loadTexts(config.language).then((t) => startSearch(t, config));
      }
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
const asked = new URLSearchParams(location.search).get("lang");
const page: Pick<MapConfig, "language" | "linkQuery"> = config ?? {
  language: root.lang === "de-x-leicht" ? "leicht" : root.lang === "en" ? "en" : "de",
  linkQuery: isLanguage(asked) ? `lang=${asked}` : "",
};
void loadTexts(page.language).then((t) => {
  startSearch(t, page);
  if (config) {
    keep = new Keep(keepOptions(t, config));
    remembered.onChange(() => void map?.then((started) => started.mark()));
  }
});
// The code for other sites, over the list; with other keys pressed the link is the browser's.
document.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-embed]");
  if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    void Promise.all([import("./snippet.ts"), loadTexts(page.language)]).then(([{ openSnippet }, t]) => openSnippet(link.href, t));
  }
});
const snippet = document.querySelector<HTMLElement>("main:has(> [data-snippet])");
if (snippet) {
  const replace = (href: string): void => history.replaceState(null, "", href);
  void Promise.all([import("./snippet.ts"), loadTexts(page.language)]).then(([{ keepFresh }, t]) => keepFresh(snippet, t, replace));
}
if (host && config) {
  pointFromList();
  followView(host, config, finder);
} else {
  frame?.ready();
}
root.dataset["script"] = "ready";
