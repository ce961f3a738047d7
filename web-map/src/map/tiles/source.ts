// Fetches and decodes tiles, each once however many canvases show a part of it; gives up what nobody waits for.
import { decode, type TileFeature } from "./decode.ts";

/** Tiles are asked for up to this zoom; nearer, parts of them are shown larger. */
export const NATIVE_ZOOM = 17;

export interface TileCoords {
  z: number;
  x: number;
  y: number;
}

export type FetchTile = (url: string, signal: AbortSignal) => Promise<ArrayBuffer>;

/** A share in a tile; whoever has it gives it back, also if the tile could not be had. */
export interface Share {
  features: Promise<TileFeature[]>;
  /** The last one who gives a tile back ends its request, if that still runs. */
  release(): void;
}

interface Entry {
  users: number;
  abort: AbortController;
  features: Promise<TileFeature[]>;
  /** The features once they are there. */
  ready: TileFeature[] | undefined;
}

/** Tiles whose features are still known after they left the screen: a tap just after zooming means what was seen. */
const RECENT = 32;

export class TileSource {
  readonly #entries = new Map<string, Entry>();
  readonly #recent = new Map<string, TileFeature[]>();
  readonly #url: (coords: TileCoords) => string;
  readonly #fetch: FetchTile;

  constructor(url: (coords: TileCoords) => string, fetch: FetchTile = fetchTile) {
    this.#url = url;
    this.#fetch = fetch;
  }

  acquire(coords: TileCoords): Share {
    const key = keyOf(coords);
    const entry = this.#entries.get(key) ?? this.#load(key, coords);
    entry.users += 1;
    let isHeld = true;
    const release = (): void => {
      if (isHeld) {
        isHeld = false;
        entry.users -= 1;
        if (entry.users === 0) {
          entry.abort.abort();
          this.#drop(key, entry);
        }
      }
    };
    return { features: entry.features, release };
  }

  /** The features of a tile that is there, or was a moment ago. */
  peek(coords: TileCoords): TileFeature[] | undefined {
    const key = keyOf(coords);
    return this.#entries.get(key)?.ready ?? this.#recent.get(key);
  }

  /** Different records of a collection in the tiles that are there. */
  count(layer: string): number {
    const ids = new Set<string>();
    for (const { ready } of this.#entries.values()) {
      for (const feature of ready ?? []) {
        if (feature.layer === layer) {
          ids.add(feature.id);
        }
      }
    }
    return ids.size;
  }

  #load(key: string, coords: TileCoords): Entry {
    const abort = new AbortController();
    const features = this.#fetch(this.#url(coords), abort.signal).then(decode);
    const entry: Entry = { users: 0, abort, features, ready: undefined };
    features.then(
      (ready) => {
        entry.ready = ready;
      },
      // The next one who asks tries again.
      () => this.#drop(key, entry),
    );
    this.#entries.set(key, entry);
    return entry;
  }

  #drop(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) {
      return;
    }
    this.#entries.delete(key);
    if (entry.ready) {
      this.#recent.delete(key);
      this.#recent.set(key, entry.ready);
      for (const oldest of [...this.#recent.keys()].slice(0, -RECENT)) {
        this.#recent.delete(oldest);
      }
    }
  }
}

function keyOf({ z, x, y }: TileCoords): string {
  return `${z}/${y}/${x}`;
}

/** One cell of a tile that is cut into `of` columns and rows. */
export interface Part {
  column: number;
  row: number;
  of: number;
}

/** The tile that is asked for to show another one, and which part of it that is. */
export function nativeTile({ z, x, y }: TileCoords, native = NATIVE_ZOOM): TileCoords & { part: Part } {
  const steps = Math.max(0, z - native);
  const of = 2 ** steps;
  return { z: z - steps, x: Math.floor(x / of), y: Math.floor(y / of), part: { column: x % of, row: y % of, of } };
}

const fetchTile: FetchTile = async (url, signal) => {
  const response = await fetch(url, { signal });
  if (!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  return response.arrayBuffer();
};
