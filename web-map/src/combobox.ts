// Completes what is typed into the search field: places, streets, parcels, listings. Without it the form leads to a page.
import { element } from "./dom.ts";
import type { Box } from "./geometry.ts";
import type { Translate } from "./texts.ts";

/** A hit of `GET /api/search`. */
export interface Hit {
  kind: string;
  id?: string;
  title: string;
  detail: string;
  href: string;
  bbox?: Box;
}

export interface ComboboxOptions {
  t: Translate;
  /** Key and value that links to pages carry. */
  linkQuery: string;
  onChoose(hit: Hit): void;
  fetchHits?(url: string, signal: AbortSignal): Promise<Hit[]>;
}

const PAUSE = 150;
const LEAST_LETTERS = 2;
const MOST_HITS = 8;

export class Combobox {
  readonly #options: ComboboxOptions;
  readonly #form: HTMLFormElement;
  readonly #input: HTMLInputElement;
  readonly #list = element("ul", { id: "suche-treffer", class: "combobox", role: "listbox" });
  readonly #status = element("p", { class: "visually-hidden", role: "status" });
  #hits: Hit[] = [];
  #active = -1;
  #running: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(form: HTMLFormElement, options: ComboboxOptions) {
    this.#form = form;
    this.#options = options;
    this.#input = form.querySelector<HTMLInputElement>('input[type="search"]')!;
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": this.#list.id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(attributes)) {
      this.#input.setAttribute(name, value);
    }
    this.#list.setAttribute("aria-label", options.t("search_hits"));
    this.#list.hidden = true;
    form.append(this.#list, this.#status);
    this.#input.addEventListener("input", () => this.#type());
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    form.addEventListener("focusout", ({ relatedTarget }) => !form.contains(relatedTarget as Node | null) && this.#close());
    // The field keeps the focus while an entry is pressed.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", ({ target }) => {
      const row = (target as Element).closest("[role=option]");
      if (row) {
        this.#choose(this.#hits[[...this.#list.children].indexOf(row)]!);
      }
    });
  }

  #type(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    const words = this.#input.value.trim();
    if (words.length < LEAST_LETTERS) {
      this.#close();
    } else {
      this.#timer = setTimeout(() => void this.#ask(words), PAUSE);
    }
  }

  async #ask(words: string): Promise<void> {
    const { linkQuery, t, fetchHits = askServer } = this.#options;
    const running = new AbortController();
    this.#running = running;
    const query = new URLSearchParams({ q: words, limit: String(MOST_HITS) });
    const ags = this.#form.querySelector<HTMLInputElement>('input[name="gemeinde"]')?.value;
    if (ags) {
      query.set("ags", ags);
    }
    const url = `${this.#form.dataset["combobox"]}?${query}${linkQuery ? `&${linkQuery}` : ""}`;
    try {
      const hits = await fetchHits(url, running.signal);
      if (this.#running === running) {
        this.#show(hits);
        this.#status.textContent = hits.length === 0 ? t("search_none") : hits.length === 1 ? t("search_one") : t("search_many", { n: String(hits.length) });
      }
    } catch {
      // The form still works.
      if (this.#running === running) {
        this.#close();
      }
    }
  }

  #show(hits: Hit[]): void {
    this.#hits = hits;
    const rows = hits.map(({ title, detail }, index) =>
      element("li", { id: `suche-treffer-${index}`, role: "option", "aria-selected": "false" }, element("strong", {}, title), element("span", {}, detail)),
    );
    this.#list.replaceChildren(...rows);
    this.#list.hidden = hits.length === 0;
    this.#input.setAttribute("aria-expanded", String(hits.length > 0));
    this.#activate(-1);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = undefined;
    this.#show([]);
    this.#status.textContent = "";
  }

  #activate(index: number): void {
    this.#active = index;
    [...this.#list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    if (index >= 0) {
      this.#input.setAttribute("aria-activedescendant", `suche-treffer-${index}`);
      this.#list.children[index]?.scrollIntoView({ block: "nearest" });
    } else {
      this.#input.removeAttribute("aria-activedescendant");
    }
  }

  #onKey(event: KeyboardEvent): void {
    const count = this.#hits.length;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && count > 0) {
      event.preventDefault();
      // One step beyond either end is the field itself.
      this.#activate(((this.#active + 1 + move + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.#hits[this.#active]!);
    } else if (event.key === "Escape" && count > 0) {
      event.preventDefault();
      this.#close();
    }
  }

  #choose(hit: Hit): void {
    this.#input.value = hit.title;
    this.#close();
    this.#options.onChoose(hit);
  }
}

async function askServer(url: string, signal: AbortSignal): Promise<Hit[]> {
  const response = await fetch(url, { signal, headers: { accept: "application/json" } });
  if (!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  return ((await response.json()) as { results: Hit[] }).results;
}
