// Places that the visitor remembers, kept in this browser and sent nowhere.
//
// Nothing is stored before the visitor remembers a first place: that is the request for it (§ 25 (2) TDDDG). From then
// on it is also kept which places were looked at; forgetting the last place forgets that too.

export interface Place {
  /** Collection and id. */
  key: string;
  title: string;
  /** Path of its page, without the language. */
  path: string;
}

const KEY = "baulotse:v1:remembered";
const MOST_PLACES = 100;
const MOST_SEEN = 500;
/** Places that can be compared side by side. */
export const COMPARABLE = { least: 2, most: 4 };

interface Kept {
  places: Place[];
  seen: string[];
}

export class Remembered {
  readonly #storage: Storage | undefined;
  readonly #listeners = new Set<() => void>();
  #places: Place[] = [];
  #seen: string[] = [];

  constructor(storage: Storage | undefined = storageOf()) {
    this.#storage = storage;
    this.#read();
    // Another tab of this browser.
    addEventListener("storage", ({ key }) => {
      if (key === KEY || key === null) {
        this.#read();
        this.#tell();
      }
    });
  }

  get places(): readonly Place[] {
    return this.#places;
  }

  has(key: string): boolean {
    return this.#places.some((place) => place.key === key);
  }

  isSeen(key: string): boolean {
    return this.#seen.includes(key);
  }

  /** Remembers a place, or forgets it; returns whether it is remembered now. */
  turn(place: Place): boolean {
    const isNew = !this.has(place.key);
    const others = this.#places.filter(({ key }) => key !== place.key);
    this.#places = isNew ? [...others, place].slice(-MOST_PLACES) : others;
    this.#changed();
    return isNew;
  }

  forgetAll(): void {
    this.#places = [];
    this.#seen = [];
    this.#changed();
  }

  /** Notes that a place was looked at. */
  see(key: string): void {
    if (!this.isSeen(key)) {
      this.#seen = [...this.#seen, key].slice(-MOST_SEEN);
      this.#changed();
    }
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #changed(): void {
    try {
      if (this.#places.length > 0) {
        this.#storage?.setItem(KEY, JSON.stringify({ places: this.#places, seen: this.#seen } satisfies Kept));
      } else {
        this.#storage?.removeItem(KEY);
      }
    } catch {
      // A full or forbidden storage: it is remembered until the page is left.
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }

  #read(): void {
    let kept: Partial<Kept> = {};
    try {
      kept = (JSON.parse(this.#storage?.getItem(KEY) ?? "{}") ?? {}) as Partial<Kept>;
    } catch {
      // Not ours, or damaged: as if there were nothing.
    }
    this.#places = Array.isArray(kept.places) ? kept.places.filter(isPlace) : [];
    this.#seen = Array.isArray(kept.seen) ? kept.seen.filter((key) => typeof key === "string") : [];
  }
}

function isPlace(value: unknown): value is Place {
  const { key, title, path } = (value ?? {}) as Partial<Place>;
  return [key, title, path].every((text) => typeof text === "string") && path!.startsWith("/") && !path!.startsWith("//");
}

function storageOf(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** The page that compares places side by side. */
export function comparePath(places: readonly Place[], linkQuery: string): string {
  const ids = places.map(({ key }) => `id=${encodeURIComponent(key.slice(key.indexOf("/") + 1))}`);
  return `/vergleich?${[...ids, ...(linkQuery ? [linkQuery] : [])].join("&")}`;
}
