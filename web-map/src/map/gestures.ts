// A map inside another page must not catch its scrolling: the wheel zooms with Ctrl only, fingers move it by twos.
import { element } from "../dom.ts";
import type { Translate } from "../texts.ts";
import type { LeafletMap } from "./leaflet.ts";

/** So long the hint stays, in milliseconds. */
const HINT = 1500;

export function letPageScroll(map: LeafletMap, host: HTMLElement, t: Translate): void {
  const canvas = map.getContainer();
  const hint = element("p", { class: "gesture-hint", "aria-hidden": "true" });
  hint.hidden = true;
  host.append(hint);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (text: string): void => {
    hint.textContent = text;
    hint.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => (hint.hidden = true), HINT);
  };
  canvas.addEventListener(
    "wheel",
    (event) => {
      const isWanted = event.ctrlKey || event.metaKey || document.fullscreenElement !== null;
      if (isWanted) {
        hint.hidden = true;
      } else {
        // Before Leaflet hears of it, and without keeping the page from it.
        event.stopImmediatePropagation();
        show(t("gesture_wheel"));
      }
    },
    { capture: true, passive: true },
  );
  canvas.addEventListener("touchmove", ({ touches }) => touches.length === 1 && show(t("gesture_fingers")), { passive: true });
  if (matchMedia("(pointer: coarse)").matches) {
    // The style sheet gives one finger to the page; pinching moves the map along.
    map.dragging.disable();
  }
}
