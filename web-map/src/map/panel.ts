// The detail panel: at the side on wide screens, a sheet at the bottom on narrow ones.
// It shows the detail part of the record's own page, so that a fact is put into words in one place only.
import { element } from "../dom.ts";
import type { Translate } from "../texts.ts";
import { Sheet } from "./sheet.ts";

export interface PanelOptions {
  host: HTMLElement;
  t: Translate;
  onClose(): void;
  /** A record is there: what else belongs to it can be added. */
  onDetail?(detail: HTMLElement): void;
  fetchPage?: (path: string, signal: AbortSignal) => Promise<string>;
}

export class Panel {
  readonly #options: PanelOptions;
  readonly #root: HTMLElement;
  readonly #body: HTMLElement;
  readonly #close: HTMLButtonElement;
  readonly #sheet: Sheet;
  #running: AbortController | undefined;

  constructor(options: PanelOptions) {
    this.#options = options;
    const { host, t } = options;
    this.#close = element("button", { type: "button", class: "panel-close", "aria-label": t("close"), title: t("close") }, "×");
    this.#body = element("div", { class: "panel-body" });
    this.#root = element("aside", { class: "panel", "aria-label": t("details"), tabindex: "-1" });
    this.#root.hidden = true;
    this.#sheet = new Sheet({ root: this.#root, host, t });
    this.#root.append(this.#sheet.handle, this.#close, this.#body);
    this.#close.addEventListener("click", () => this.close());
    this.#root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        this.close();
      }
    });
    host.append(this.#root);
  }

  get isOpen(): boolean {
    return !this.#root.hidden;
  }

  /** Width of the map that the panel covers at its right, in pixels. */
  get coveredWidth(): number {
    const host = this.#options.host.clientWidth;
    return this.isOpen && this.#root.clientWidth < host * 0.8 ? this.#root.clientWidth : 0;
  }

  /** Height of the map that the panel covers at its bottom, in pixels. */
  get coveredHeight(): number {
    return this.isOpen && this.coveredWidth === 0 ? this.#root.clientHeight : 0;
  }

  /** Shows a record: its title at once, the rest when its page is there. */
  async open(title: string, path: string): Promise<void> {
    const { t, fetchPage = fetchHtml } = this.#options;
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    const loading = element("p", { class: "panel-loading" }, t("loading"));
    this.#body.replaceChildren(element("h2", {}, title), loading);
    this.#body.scrollTop = 0;
    if (this.#root.hidden) {
      this.#sheet.set("half");
    }
    this.#root.hidden = false;
    this.#close.focus({ preventScroll: true });
    const link = element("p", { class: "panel-page" }, element("a", { href: path, class: "button" }, t("open_page")));
    try {
      const detail = detailOf(await fetchPage(path, running.signal));
      if (this.#running === running) {
        if (detail) {
          this.#options.onDetail?.(detail);
        }
        this.#body.replaceChildren(detail ?? element("h2", {}, title), link);
      }
    } catch {
      if (this.#running === running) {
        loading.replaceWith(element("p", { class: "panel-failed", role: "alert" }, t("panel_failed")), link);
      }
    }
  }

  close(): void {
    if (this.isOpen) {
      this.#running?.abort();
      this.#root.hidden = true;
      this.#options.onClose();
    }
  }
}

async function fetchHtml(path: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(path, { signal, headers: { accept: "text/html" } });
  if (!response.ok) {
    throw new Error(`${path}: ${response.status}`);
  }
  return response.text();
}

/** The detail part of a page, made fit for another page: headings one level down, no ids. */
export function detailOf(html: string): HTMLElement | undefined {
  const page = new DOMParser().parseFromString(html, "text/html");
  const found = page.querySelector<HTMLElement>("[data-detail]");
  if (!found) {
    return undefined;
  }
  const detail = document.importNode(found, true);
  for (const heading of detail.querySelectorAll("h1, h2, h3")) {
    const lower = document.createElement(`h${Number(heading.tagName.slice(1)) + 1}`);
    lower.append(...heading.childNodes);
    for (const { name, value } of heading.attributes) {
      lower.setAttribute(name, value);
    }
    heading.replaceWith(lower);
  }
  // Ids and landmarks are the page's; the panel is one landmark of its own.
  for (const attribute of ["id", "aria-labelledby"]) {
    for (const marked of detail.querySelectorAll(`[${attribute}]`)) {
      marked.removeAttribute(attribute);
    }
  }
  return detail;
}
