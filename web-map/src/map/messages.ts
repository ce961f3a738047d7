// What the map says: a quiet hint, failures with a way to try again, and announcements for screen readers.
// Panning and loading say nothing (WCAG 4.1.3 asks for status, not for noise).
import { element } from "../dom.ts";
import type { Translate } from "../texts.ts";

export class Messages {
  readonly #t: Translate;
  readonly #hint = element("p", { class: "map-hint" });
  readonly #warning = element("p", { class: "map-warning" });
  readonly #status = element("p", { class: "visually-hidden", role: "status" });
  readonly #failure = element("div", { class: "map-failure", role: "alert" });
  readonly #search = element("a", { class: "map-search button" });
  readonly #failed = new Map<string, () => void>();

  /** `onSearch`: the page has a list that can be limited to what the map shows. */
  constructor(host: HTMLElement, t: Translate, onSearch?: (href: string) => void) {
    this.#t = t;
    this.#failure.hidden = true;
    this.#hint.hidden = true;
    this.#warning.hidden = true;
    host.append(this.#hint, this.#warning, this.#failure, this.#status);
    this.#search.textContent = t("search_here");
    this.#search.hidden = true;
    if (onSearch) {
      host.append(this.#search);
      this.#search.addEventListener("click", (event) => {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
          event.preventDefault();
          onSearch(this.#search.href);
        }
      });
    }
  }

  /** Shows a hint, or none if it is empty. */
  hint(text: string): void {
    this.#hint.textContent = text;
    this.#hint.hidden = text === "";
  }

  /** Says what is not as it should be, but no obstacle; an empty text says nothing. */
  warn(text: string): void {
    if (this.#warning.textContent !== text) {
      this.#warning.textContent = text;
      this.#warning.hidden = text === "";
    }
  }

  /** Says something to screen readers, and to everybody if it must be seen. */
  say(text: string, isSeen = false): void {
    this.#status.textContent = text;
    if (isSeen) {
      this.hint(text);
    }
  }

  /** Says that something could not be loaded, until it was. */
  fail(what: string, retry: () => void): void {
    this.#failed.set(what, retry);
    const button = element("button", { type: "button", class: "button button-quiet" }, this.#t("retry"));
    button.addEventListener("click", retry);
    this.#failure.replaceChildren(element("span", {}, this.#t("load_failed")), button);
    this.#failure.hidden = false;
  }

  settle(what: string): void {
    this.#failed.delete(what);
    this.#failure.hidden = this.#failed.size === 0;
  }

  /** Keeps ready where the list would be limited to what the map shows. */
  searchHere(href: string, isOffered = !this.#search.hidden): void {
    this.#search.href = href;
    this.#search.hidden = !isOffered;
  }

  /** Offers that: the visitor has moved the map. */
  offerSearch(): void {
    this.#search.hidden = false;
  }
}
