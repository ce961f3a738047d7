// Filters without a reload: a link or form that leads to the same list in another state is fetched, and what differs
// takes its place; map and scroll position stay. Whatever goes wrong, the browser goes there by itself.
import { readConfig, type MapConfig } from "./config.ts";

/** Parts of a list page that depend on its query. */
const PARTS = [".finder-text", "#map-config", ".languages", ".embed-line"];

export interface FinderOptions {
  /** The list is another one: its map's settings, and its count in words. */
  onChange(config: MapConfig | undefined, count: string): void;
  fetchPage?: (href: string, signal: AbortSignal) => Promise<Document>;
}

export class Finder {
  readonly #options: FinderOptions;
  #shown = location.pathname + location.search;
  #running: AbortController | undefined;

  constructor(options: FinderOptions) {
    this.#options = options;
    document.addEventListener("click", (event) => this.#onClick(event));
    document.addEventListener("submit", (event) => this.#onSubmit(event));
    addEventListener("popstate", () => {
      if (location.pathname + location.search !== this.#shown) {
        void this.#show(location.href);
      }
    });
  }

  /** Goes to a state of the list; the map keeps its view. */
  go(href: string): void {
    const url = new URL(href, location.href);
    if (url.pathname + url.search !== this.#shown) {
      history.pushState(null, "", url.pathname + url.search + location.hash);
      void this.#show(url.href);
    }
  }

  #onClick(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>(".finder-text a[href]");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link && isPlain && !event.defaultPrevented && !link.target && !link.download && isSamePage(link)) {
      event.preventDefault();
      this.go(link.href);
    }
  }

  #onSubmit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (form.matches(".finder-text form") && form.method === "get") {
      const url = new URL(form.action, location.href);
      url.search = queryOf(new FormData(form, event.submitter)).toString().replaceAll("%2C", ",");
      event.preventDefault();
      if (isSamePage(url)) {
        this.go(url.href);
      } else {
        location.assign(url.href);
      }
    }
  }

  async #show(href: string): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    document.documentElement.setAttribute("aria-busy", "true");
    try {
      const page = await (this.#options.fetchPage ?? fetchDocument)(href, running.signal);
      if (this.#running === running) {
        const url = new URL(href);
        this.#shown = url.pathname + url.search;
        takeOver(page);
        this.#options.onChange(readConfig(document), document.querySelector(".results-count")?.textContent ?? "");
      }
    } catch {
      if (this.#running === running) {
        location.assign(href);
      }
    } finally {
      if (this.#running === running) {
        document.documentElement.removeAttribute("aria-busy");
      }
    }
  }
}

/** Only a change of the query: links to places on the page are the browser's. */
function isSamePage(url: Pick<URL, "origin" | "pathname" | "hash">): boolean {
  return url.origin === location.origin && url.pathname === location.pathname && url.hash === "";
}

/** What a form says; empty fields and the usual order say nothing. */
export function queryOf(data: Iterable<[string, FormDataEntryValue]>): URLSearchParams {
  const said = [...data].flatMap(([name, value]): [string, string][] =>
    typeof value === "string" && value.trim() !== "" && !(name === "sort" && value === "neueste") ? [[name, value]] : [],
  );
  return new URLSearchParams(said);
}

async function fetchDocument(href: string, signal: AbortSignal): Promise<Document> {
  const response = await fetch(href, { signal, headers: { accept: "text/html" } });
  if (response.redirected) {
    throw new Error(`${href}: leads elsewhere`);
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  // 400 is a list too, one that says what of the query makes no sense.
  if (!PARTS.every((part) => page.querySelector(part) || !document.querySelector(part))) {
    throw new Error(`${href}: ${response.status}`);
  }
  return page;
}

/** Puts the parts of another page in the place of this one's; what was open stays open, the focus stays where it was. */
function takeOver(page: Document): void {
  const focused = placeOf(document.activeElement);
  const open = [...document.querySelectorAll<HTMLDetailsElement>(".finder-text details[id][open]")].map(({ id }) => id);
  document.title = page.title;
  for (const part of PARTS) {
    const [old, next] = [document.querySelector(part), page.querySelector(part)];
    if (old && next) {
      old.replaceWith(document.importNode(next, true));
    }
  }
  for (const id of open) {
    document.getElementById(id)?.setAttribute("open", "");
  }
  focused?.()?.focus({ preventScroll: true });
}

/** How to find an element of the old list in the new one: by its id, else as the same among its like. */
function placeOf(element: Element | null): (() => HTMLElement | null | undefined) | undefined {
  if (!(element instanceof HTMLElement) || !element.closest(".finder-text")) {
    return undefined;
  }
  if (element.id) {
    const { id } = element;
    return () => document.getElementById(id);
  }
  const like = `.finder-text ${element.tagName}${element.className ? `[class="${CSS.escape(element.className)}"]` : ""}`;
  const index = [...document.querySelectorAll(like)].indexOf(element);
  return () => document.querySelectorAll<HTMLElement>(like)[index] ?? document.getElementById("liste");
}
