// The grid of tiles as a layer of the map: a canvas each, repainted when the colours change.
import { element } from "../../dom.ts";
import { type Coords, GridLayer, LatLng, type LeafletMap, Point, type TileEvent } from "../leaflet.ts";
import { EXTENT, type TileFeature } from "./decode.ts";
import { hit } from "./hit.ts";
import { density, paint, type TileStyle, type Window } from "./paint.ts";
import { nativeTile, type Share, type TileCoords, type TileSource } from "./source.ts";

/** Pixels of the screen along a tile. */
const SIDE = 256;

export interface TileGridOptions {
  source: TileSource;
  pane: string;
  styles(): TileStyle[];
  /** Every tile in view is there, or so many could not be had. */
  onSettled(failed: number): void;
}

interface Shown {
  canvas: HTMLCanvasElement;
  coords: TileCoords;
  share: Share;
  /** Absent while they are on their way, and where they could not be had. */
  features?: TileFeature[];
  hasFailed?: boolean;
}

/** A feature at a place, with what it takes to draw it. */
export interface Found {
  feature: TileFeature;
  /** Its rings as far as the tile holds them. */
  rings: LatLng[][];
}

export class TileGrid extends GridLayer {
  readonly #options: TileGridOptions;
  readonly #shown = new Map<HTMLElement, Shown>();
  #styles: TileStyle[];

  constructor(options: TileGridOptions) {
    super({ pane: options.pane, tileSize: SIDE, maxZoom: 24, noWrap: true, updateWhenIdle: false, updateWhenZooming: false, keepBuffer: 1 });
    this.#options = options;
    this.#styles = options.styles();
    this.on("load", () => options.onSettled([...this.#shown.values()].filter(({ hasFailed }) => hasFailed).length));
    this.on("tileunload", (event: TileEvent) => {
      this.#shown.get(event.tile)?.share.release();
      this.#shown.delete(event.tile);
    });
  }

  override createTile(coords: Coords, done: (error?: Error, tile?: HTMLElement) => void): HTMLElement {
    const side = String(SIDE * density(devicePixelRatio));
    const canvas = element("canvas", { width: side, height: side });
    const shown: Shown = { canvas, coords, share: this.#options.source.acquire(nativeTile(coords)) };
    this.#shown.set(canvas, shown);
    shown.share.features.then(
      (features) => {
        shown.features = features;
        this.#paint(shown);
        done(undefined, canvas);
      },
      (error: Error) => {
        // One that was given up has no place on the map any more; another may have taken it.
        if (this.#shown.has(canvas)) {
          shown.hasFailed = true;
          done(error, canvas);
        }
      },
    );
    return canvas;
  }

  /** Paints everything again, in the colours of now. */
  repaint(): void {
    this.#styles = this.#options.styles();
    for (const shown of this.#shown.values()) {
      this.#paint(shown);
    }
  }

  /** The feature of a collection at a place, or within so many pixels of it. */
  at(map: LeafletMap, place: LatLng, layer: string, tolerance: number): Found | undefined {
    const nearest = nativeTile({ z: Math.round(map.getZoom()), x: 0, y: 0 }).z;
    // While the tiles of this zoom are on their way, those of another one are still to be seen.
    for (const z of [nearest, nearest - 1, nearest - 2, nearest + 1]) {
      const { x, y } = map.project(place, z).divideBy(SIDE);
      const [column, row] = [Math.floor(x), Math.floor(y)];
      const features = this.#options.source.peek({ z, x: column, y: row });
      if (features) {
        const units = (tolerance * EXTENT) / (SIDE * map.getZoomScale(map.getZoom(), z));
        const wanted = features.filter((feature) => feature.layer === layer);
        const feature = hit(wanted, (x - column) * EXTENT, (y - row) * EXTENT, units);
        const at = (px: number, py: number): LatLng =>
          map.unproject(new Point(column + px / EXTENT, row + py / EXTENT).multiplyBy(SIDE), z);
        return feature && { feature, rings: feature.rings.map((ring) => corners(ring, at)) };
      }
    }
    return undefined;
  }

  #paint({ canvas, coords, features }: Shown): void {
    const context = canvas.getContext("2d");
    if (features && context) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      paint(context, features, this.#styles, partOf(coords), SIDE, canvas.width / SIDE);
    }
  }
}

function partOf(coords: TileCoords): Window {
  const { part } = nativeTile(coords);
  const size = EXTENT / part.of;
  return { x: part.column * size, y: part.row * size, size };
}

function corners(ring: Int32Array, at: (x: number, y: number) => LatLng): LatLng[] {
  return Array.from({ length: ring.length / 2 }, (_, index) => at(ring[2 * index]!, ring[2 * index + 1]!));
}
