// Hatchings of the groups: the second carrier of meaning beside colour; the letter is the third.
import type { Group } from "../config.ts";
import { svg } from "../dom.ts";

const SIZE = 8;

// One drawing a group, in the order of the legend: diagonal, grid, dots, other diagonal, upright, level.
const DRAWINGS = [
  "M-2 2 2-2M0 8 8 0M6 10 10 6",
  "M0 4H8M4 0V8",
  "M2 2h.01M6 6h.01",
  "M-2 6 2 10M0 0 8 8M6-2 10 2",
  "M4 0V8",
  "M0 4H8",
];

export function patternId(group: Group): string {
  return `hatch-${group.code}`;
}

/** Definitions for fills of the form `url(#hatch-…)`; their colours come from the group's class. */
export function patternDefinitions(groups: readonly Group[]): SVGElement {
  const patterns = groups.map((group, index) => pattern(group, DRAWINGS[index % DRAWINGS.length]!));
  return svg("svg", { class: "patterns", "aria-hidden": "true", width: "0", height: "0" }, svg("defs", {}, ...patterns));
}

function pattern(group: Group, drawing: string): SVGElement {
  const size = String(SIZE);
  return svg(
    "pattern",
    { id: patternId(group), class: `group-${group.code}`, width: size, height: size, patternUnits: "userSpaceOnUse" },
    svg("rect", { class: "hatch-ground", width: size, height: size }),
    svg("path", { class: index(drawing), d: drawing }),
  );
}

function index(drawing: string): string {
  return drawing.includes("h.01") ? "hatch-dots" : "hatch-lines";
}

/** A patch of a group's hatching, for the legend. */
export function patternPatch(group: Group): SVGElement {
  return svg(
    "svg",
    { class: `patch group-${group.code}`, viewBox: "0 0 28 20", width: "28", height: "20", "aria-hidden": "true" },
    svg("rect", { class: "area", x: "1", y: "1", width: "26", height: "18", rx: "3", fill: `url(#${patternId(group)})` }),
  );
}
