// Paints a tile: one path a style, whatever the number of features, in the order of the styles.
import { EXTENT, type TileFeature } from "./decode.ts";

export interface TileStyle {
  /** Whether this style paints a feature. */
  isFor(feature: TileFeature): boolean;
  fill?: string;
  /** Of the fill, 0 to 1. */
  opacity?: number;
  stroke?: string;
  /** Width of the stroke in pixels of the screen. */
  width?: number;
}

/** Which part of a tile a canvas shows. */
export interface Window {
  /** Left and top edge in units of the tile. */
  x: number;
  y: number;
  /** Width and height in units of the tile. */
  size: number;
}

export const WHOLE: Window = { x: 0, y: 0, size: EXTENT };

/** Pixels of a canvas a pixel of the screen: sharp on fine screens and between zoom steps, within reason. */
export function density(devicePixelRatio: number): number {
  return Math.min(2, Math.max(1, devicePixelRatio) * 1.25);
}

/** Paints features on an empty canvas of `side` pixels of the screen, `pixels` canvas pixels each. */
export function paint(
  context: Pick<CanvasRenderingContext2D, "setTransform" | "fill" | "stroke" | "fillStyle" | "strokeStyle" | "lineWidth" | "lineJoin" | "globalAlpha">,
  features: readonly TileFeature[],
  styles: readonly TileStyle[],
  part: Window,
  side: number,
  pixels: number,
): void {
  const scale = (side * pixels) / part.size;
  context.setTransform(scale, 0, 0, scale, -part.x * scale, -part.y * scale);
  context.lineJoin = "round";
  for (const { isFor, fill, opacity = 1, stroke, width = 1 } of styles) {
    const path = new Path2D();
    let isEmpty = true;
    for (const feature of features) {
      if (isFor(feature) && touches(feature.box, part)) {
        trace(path, feature);
        isEmpty = false;
      }
    }
    if (isEmpty) {
      continue;
    }
    if (fill) {
      context.fillStyle = fill;
      context.globalAlpha = opacity;
      context.fill(path, "evenodd");
      context.globalAlpha = 1;
    }
    if (stroke) {
      context.strokeStyle = stroke;
      context.lineWidth = (width * part.size) / side;
      context.stroke(path);
    }
  }
}

function touches([left, top, right, bottom]: TileFeature["box"], { x, y, size }: Window): boolean {
  const margin = size / 32;
  return left <= x + size + margin && right >= x - margin && top <= y + size + margin && bottom >= y - margin;
}

function trace(path: Path2D, { rings, isArea }: TileFeature): void {
  for (const ring of rings) {
    path.moveTo(ring[0]!, ring[1]!);
    for (let i = 2; i < ring.length; i += 2) {
      path.lineTo(ring[i]!, ring[i + 1]!);
    }
    if (isArea) {
      path.closePath();
    }
  }
}
