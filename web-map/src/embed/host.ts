// `embed.js`: for pages that embed a map of this server. Turns
//   <baulotse-karte src="https://server/embed?…" title="…"><a href="https://server/…">Zur Liste</a></baulotse-karte>
// into a frame that is as high as its content; what is written inside stays where there are no scripts.
// Messages of the map become events of the element: `baulotse:ready`, `baulotse:change`, `baulotse:select`.
import { PREFIX, readMessage, type Message } from "./protocol.ts";

/** Until the map has said how high it is, in pixels. */
const FIRST_HEIGHT = 560;
const MOST_HEIGHT = 10_000;

export class EmbeddedMap extends HTMLElement {
  #frame: HTMLIFrameElement | undefined;
  readonly #listen = (event: MessageEvent): void => this.#onMessage(event);

  connectedCallback(): void {
    const src = this.getAttribute("src");
    if (!src || this.#frame) {
      return;
    }
    const frame = document.createElement("iframe");
    frame.src = src;
    frame.title = this.getAttribute("title") ?? "Karte";
    frame.loading = "lazy";
    frame.allow = "geolocation; fullscreen; web-share; clipboard-write";
    Object.assign(frame.style, { display: "block", width: "100%", height: `${FIRST_HEIGHT}px`, border: "0" });
    this.#frame = frame;
    addEventListener("message", this.#listen);
    this.style.display = "block";
    // What is written inside is for pages without scripts: beside a shadow it is not shown.
    (this.shadowRoot ?? this.attachShadow({ mode: "open" })).replaceChildren(frame);
  }

  disconnectedCallback(): void {
    removeEventListener("message", this.#listen);
    this.#frame = undefined;
  }

  /** Shows a place on the map. */
  select(collection: "sites" | "buildings", id: string): void {
    if (this.#frame) {
      this.#frame.contentWindow?.postMessage({ type: "baulotse:v1:select", collection, id }, new URL(this.#frame.src).origin);
    }
  }

  #onMessage({ source, origin, data }: MessageEvent): void {
    const frame = this.#frame;
    if (!frame || source !== frame.contentWindow || origin !== new URL(frame.src).origin) {
      return;
    }
    const message: Message | undefined = readMessage(data);
    if (message?.type === "baulotse:v1:height") {
      if (Number.isFinite(message.height)) {
        frame.style.height = `${Math.min(MOST_HEIGHT, Math.max(0, message.height))}px`;
      }
    } else if (message) {
      this.dispatchEvent(new CustomEvent(`baulotse:${message.type.slice(PREFIX.length)}`, { detail: message, bubbles: true }));
    }
  }
}

if (!customElements.get("baulotse-karte")) {
  customElements.define("baulotse-karte", EmbeddedMap);
}
