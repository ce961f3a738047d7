// What has been drawn so far. Knows nothing of map or screen.
import { crosses, simplify } from "../../shape.ts";
import type { Corner, Shape } from "../../urlstate.ts";

/** How a shape is made. */
export const MODES = ["corners", "freehand", "circle", "district"] as const;
export type Mode = (typeof MODES)[number];

/** Radii to choose from, in metres. */
export const RADII = [250, 500, 1000, 2000, 5000, 10_000];
const MOST_FREEHAND = 100;
const MOST_OUTLINE = 200;

export class Sketch {
  mode: Mode = "corners";
  metres = 500;
  #corners: Corner[] = [];
  #centre: Corner | undefined;

  /** Begins with a shape that is there, to change it. */
  load(shape: Shape | undefined): void {
    if (shape?.kind === "circle") {
      this.mode = "circle";
      this.#centre = shape.centre;
      this.metres = shape.metres;
    } else if (shape) {
      this.#corners = [...shape.corners];
    }
  }

  get corners(): readonly Corner[] {
    return this.mode === "circle" ? [] : this.#corners;
  }

  get centre(): Corner | undefined {
    return this.mode === "circle" ? this.#centre : undefined;
  }

  get isEmpty(): boolean {
    return this.corners.length === 0 && this.centre === undefined;
  }

  /** Whether the line meets itself, so that nothing lies inside. */
  get isCrossed(): boolean {
    return this.corners.length > 3 && crosses(this.corners);
  }

  /** The shape, once it is one. */
  get shape(): Shape | undefined {
    if (this.centre) {
      return { kind: "circle", centre: this.centre, metres: this.metres };
    }
    return this.corners.length >= 3 && !this.isCrossed ? { kind: "area", corners: this.corners } : undefined;
  }

  /** Sets a corner, or the middle of the circle. */
  put(at: Corner): void {
    if (this.mode === "circle") {
      this.#centre = at;
    } else {
      const last = this.#corners.at(-1);
      if (last?.[0] !== at[0] || last[1] !== at[1]) {
        this.#corners.push(at);
      }
    }
  }

  /** Takes the last corner back; of a line drawn in one stroke, all of it. */
  undo(): void {
    if (this.mode === "circle") {
      this.#centre = undefined;
    } else if (this.mode === "corners") {
      this.#corners.pop();
    } else {
      this.#corners = [];
    }
  }

  clear(): void {
    this.#corners = [];
    this.#centre = undefined;
  }

  /** Takes a stroke of the finger; `pixel` is how many degrees a pixel of the screen is. */
  stroke(line: readonly Corner[], pixel: number): void {
    this.#corners = simplify(line, 2 * pixel, MOST_FREEHAND);
  }

  /** Takes an outline, with fewer corners if it has many. */
  outline(ring: readonly Corner[]): void {
    const open = ring.length > 1 && same(ring[0]!, ring.at(-1)!) ? ring.slice(0, -1) : ring;
    this.#corners = simplify(open, 0, MOST_OUTLINE);
  }
}

function same(a: Corner, b: Corner): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
