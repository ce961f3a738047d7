// Colours for what is painted on a canvas, read from the style sheet's custom properties.

export interface Theme {
  parcel: string;
  building: string;
  buildingEdge: string;
  vacant: string;
  land: string;
  outline: string;
}

export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim() || "currentColor";
  return {
    parcel: colour("--map-parcel"),
    building: colour("--map-building"),
    buildingEdge: colour("--map-building-edge"),
    vacant: colour("--map-vacant"),
    land: colour("--map-land"),
    outline: colour("--map-outline"),
  };
}

/** Calls back when the visitor switches between light, dark and forced colours. */
export function onThemeChange(callback: () => void): void {
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
    matchMedia(query).addEventListener("change", callback);
  }
}

export function prefersReducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
