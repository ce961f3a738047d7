// Loads the features of a view: asks for an enlarged box, asks again only when the view leaves it,
// drops what came too late, follows `next` links up to a limit and says when not everything is there.
import { nextUrl, type ApiFeature, type FetchPage } from "../api.ts";
import { contains, enlarge, type Box } from "../geometry.ts";

export interface Loaded<P> {
  features: ApiFeature<P>[];
  /** Whether there are more in the box than the limit lets through. */
  isTruncated: boolean;
}

export interface BoxLoaderOptions<P> {
  /** Address of the first page for a box. */
  url(box: Box): string;
  fetchPage: FetchPage;
  /** Against which `next` links are read. */
  base: string;
  /** Part of the view's width and height that is added on each side. */
  margin: number;
  /** Features after which no further page is asked for. */
  limit: number;
  onLoad(loaded: Loaded<P>): void;
  onError(): void;
}

export class BoxLoader<P> {
  readonly #options: BoxLoaderOptions<P>;
  #box: Box | undefined;
  #running: AbortController | undefined;

  constructor(options: BoxLoaderOptions<P>) {
    this.#options = options;
  }

  /** Makes sure that the features of this view are there or on their way. */
  async show(view: Box): Promise<void> {
    if (this.#box && contains(this.#box, view)) {
      return;
    }
    const { margin, onLoad, onError } = this.#options;
    const box = enlarge(view, margin);
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#box = box;
    try {
      const loaded = await this.#load(box, running.signal);
      if (this.#running === running) {
        // What is incomplete is asked for again with the next view, which may be smaller.
        this.#box = loaded.isTruncated ? undefined : box;
        onLoad(loaded);
      }
    } catch {
      if (this.#running === running) {
        this.#box = undefined;
        onError();
      }
    }
  }

  /** Forgets what was asked for: the next view asks anew. */
  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#box = undefined;
  }

  async #load(box: Box, signal: AbortSignal): Promise<Loaded<P>> {
    const { base, fetchPage, limit } = this.#options;
    const features: ApiFeature<P>[] = [];
    let url: string | undefined = this.#options.url(box);
    while (url !== undefined && features.length < limit) {
      const page = await fetchPage<P>(url, signal);
      features.push(...page.features);
      url = nextUrl(page, base);
    }
    return { features: features.slice(0, limit), isTruncated: url !== undefined || features.length > limit };
  }
}
