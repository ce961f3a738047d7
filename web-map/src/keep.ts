// Remembering, comparing and sharing places on the pages: stars on the cards, buttons at a place, a tray over the list.
import { element, svg } from "./dom.ts";
import { COMPARABLE, comparePath, type Place, type Remembered } from "./remembered.ts";
import { share } from "./share.ts";
import type { Translate } from "./texts.ts";

export interface KeepOptions {
  remembered: Remembered;
  t: Translate;
  /** Key and value that links to pages carry. */
  linkQuery: string;
  /** Says something to everybody. */
  say(text: string): void;
}

const STAR = "M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8z";
const ARROW = "M12 15V4M8 8l4-4 4 4M5 12v8h14v-8";

function icon(path: string): Node {
  return svg("svg", { viewBox: "0 0 24 24", width: "20", height: "20", "aria-hidden": "true" }, svg("path", { d: path }));
}

/** A button that remembers a place or forgets it; it follows changes from elsewhere. */
function starButton(place: Place, { remembered, t }: KeepOptions, className: string, isLabelled: boolean): HTMLButtonElement {
  const label = element("span", { class: isLabelled ? "" : "visually-hidden" });
  const button = element("button", { type: "button", class: className, "data-keep": place.key }, icon(STAR), label);
  const show = (): void => {
    const isKept = remembered.has(place.key);
    button.setAttribute("aria-pressed", String(isKept));
    label.textContent = isLabelled ? t(isKept ? "kept" : "keep") : t("keep_place", { title: place.title });
  };
  button.addEventListener("click", () => {
    remembered.turn(place);
    show();
  });
  button.addEventListener("keepchange", show);
  show();
  return button;
}

/** Buttons at a place: remember, share. */
export function placeActions(place: Place, options: KeepOptions): HTMLElement {
  const { t, say } = options;
  const passOn = element("button", { type: "button", class: "action" }, icon(ARROW), element("span", {}, t("share")));
  passOn.addEventListener("click", async () => {
    const url = new URL(place.path + (options.linkQuery ? `?${options.linkQuery}` : ""), location.href).href;
    const outcome = await share(place.title, url);
    if (outcome === "copied" || outcome === "failed") {
      say(outcome === "copied" ? t("share_copied") : t("share_failed", { url }));
    }
  });
  return element("p", { class: "actions" }, starButton(place, options, "action", true), passOn);
}

export class Keep {
  readonly #options: KeepOptions;
  readonly #tray = element("section", { class: "tray" });

  constructor(options: KeepOptions) {
    this.#options = options;
    options.remembered.onChange(() => this.#follow());
    this.decorate();
  }

  /** Puts stars on the cards of the list, buttons at the page's own place, and the tray over the list. */
  decorate(): void {
    for (const card of document.querySelectorAll<HTMLElement>(".card[data-listing]:not(:has([data-keep]))")) {
      const place = placeOfCard(card);
      if (place) {
        card.append(starButton(place, this.#options, "card-keep", false));
      }
    }
    const head = document.querySelector("main [data-detail] .detail-head > div:not(:has(.actions))");
    const key = keyOfPath(location.pathname);
    if (head && key !== undefined) {
      const place = { key, title: head.querySelector("h1")?.textContent ?? "", path: location.pathname };
      this.#options.remembered.see(key);
      head.append(placeActions(place, this.#options));
    }
    document.getElementById("liste")?.before(this.#tray);
    this.#follow();
  }

  #follow(): void {
    const { remembered } = this.#options;
    for (const button of document.querySelectorAll("[data-keep]")) {
      button.dispatchEvent(new Event("keepchange"));
    }
    for (const card of document.querySelectorAll<HTMLElement>(".card[data-listing]")) {
      card.classList.toggle("is-seen", remembered.isSeen(card.dataset["listing"]!));
    }
    this.#showTray();
  }

  #showTray(): void {
    const { remembered, t, linkQuery } = this.#options;
    const { places } = remembered;
    const hadFocus = this.#tray.contains(document.activeElement);
    const isOpen = this.#tray.querySelector("details")?.open ?? false;
    this.#tray.hidden = places.length === 0;
    this.#tray.setAttribute("aria-label", t("kept_places"));
    if (places.length === 0) {
      this.#tray.replaceChildren();
      if (hadFocus) {
        document.getElementById("liste")?.focus();
      }
      return;
    }
    const rows = places.map((place) => this.#row(place));
    const forget = element("button", { type: "button", class: "button button-quiet" }, t("keep_forget_all"));
    forget.addEventListener("click", () => remembered.forgetAll());
    const isComparable = places.length >= COMPARABLE.least && places.length <= COMPARABLE.most;
    const compare = isComparable
      ? element("a", { class: "button", href: comparePath(places, linkQuery) }, t("compare"))
      : element("span", { class: "tray-note" }, t(places.length < COMPARABLE.least ? "compare_few" : "compare_many"));
    const details = element(
      "details",
      { open: isOpen },
      element("summary", {}, icon(STAR), `${t("kept_places")} (${places.length})`),
      element("ul", {}, ...rows),
      element("p", { class: "tray-buttons" }, compare, forget),
      element("p", { class: "tray-note" }, t("kept_where")),
    );
    this.#tray.replaceChildren(details);
    if (hadFocus) {
      details.querySelector("summary")?.focus();
    }
  }

  #row(place: Place): HTMLElement {
    const { remembered, t, linkQuery } = this.#options;
    const link = element("a", { href: linkQuery ? `${place.path}?${linkQuery}` : place.path }, place.title);
    const remove = element("button", { type: "button", class: "tray-remove", "aria-label": t("keep_forget", { title: place.title }) }, "×");
    remove.addEventListener("click", () => remembered.turn(place));
    return element("li", {}, link, remove);
  }
}

function placeOfCard(card: HTMLElement): Place | undefined {
  const link = card.querySelector<HTMLAnchorElement>(".card-title a");
  const key = card.dataset["listing"];
  return link && key ? { key, title: link.textContent.trim(), path: new URL(link.href).pathname } : undefined;
}

/** What a page is about, if it is about an entry of the list. */
export function keyOfPath(path: string): string | undefined {
  const found = /^\/(flaeche|gebaeude)\/([^/]+)$/.exec(path);
  return found ? `${found[1] === "flaeche" ? "sites" : "buildings"}/${decodeURIComponent(found[2]!)}` : undefined;
}
