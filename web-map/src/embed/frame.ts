// The side of the embedded page: tells the page around it what happens, and how high it is.
import { readMessage, type Listed, type Message } from "./protocol.ts";

export interface FrameOptions {
  /** The page around it wants a place to be shown. */
  onSelect(place: { collection: Listed; id: string }): void;
}

/** Whether this page is one to be embedded. */
export function isEmbed(path: string): boolean {
  return path === "/embed" || path.startsWith("/embed/");
}

export class Frame {
  readonly #host: string | undefined = hostOrigin();

  constructor({ onSelect }: FrameOptions) {
    addEventListener("message", ({ source, origin, data }) => {
      const message = source === parent && origin === this.#host ? readMessage(data) : undefined;
      if (message?.type === "baulotse:v1:select" && typeof message.id === "string" && /^(sites|buildings)$/.test(message.collection)) {
        onSelect({ collection: message.collection, id: message.id });
      }
    });
    // Pages of this server are not to be framed: what leads there opens beside the embedding page.
    document.addEventListener("click", ({ target }) => {
      const link = (target as Element).closest<HTMLAnchorElement>("a[href]");
      if (link && !isEmbed(link.pathname) && !link.target) {
        link.target = "_blank";
        link.rel = "noopener";
      }
    });
    new ResizeObserver(() => this.#tellHeight()).observe(document.body);
  }

  ready(): void {
    this.#tell({ type: "baulotse:v1:ready" });
  }

  change(search: string, count: string): void {
    this.#tell({ type: "baulotse:v1:change", search, count });
  }

  select(place: { collection: Listed; id: string; title: string; url: string } | undefined): void {
    this.#tell(place ? { type: "baulotse:v1:select", ...place } : { type: "baulotse:v1:select", id: null });
  }

  #tellHeight(): void {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    // A number of pixels is nobody's secret: this alone may go to anybody.
    parent.postMessage({ type: "baulotse:v1:height", height } satisfies Message, "*");
  }

  #tell(message: Message): void {
    if (this.#host !== undefined) {
      parent.postMessage(message, this.#host);
    }
  }
}

/** Origin of the page around this one, as far as the browser says it. */
function hostOrigin(): string | undefined {
  const ancestor = location.ancestorOrigins?.[0];
  if (ancestor) {
    return ancestor === "null" ? undefined : ancestor;
  }
  return parent !== window && document.referrer ? new URL(document.referrer).origin : undefined;
}
