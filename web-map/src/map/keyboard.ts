// Keys of the map, active only while it has the focus (WCAG 2.1.4). Arrows, + and − are Leaflet's own.

export interface KeyActions {
  /** Choose what lies under the cross-hair at the centre, or set a corner there. */
  pick(): void;
  /** Go to the next or previous site in view. */
  step(by: 1 | -1): void;
  /** Take back what was drawn last. */
  undo(): void;
  close(): void;
}

export function listenToKeys(canvas: HTMLElement, actions: KeyActions): void {
  canvas.addEventListener("keydown", (event) => {
    if (event.target !== canvas || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const action: Record<string, () => void> = {
      Enter: () => actions.pick(),
      n: () => actions.step(1),
      p: () => actions.step(-1),
      Backspace: () => actions.undo(),
      Escape: () => actions.close(),
    };
    const found = action[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (found) {
      event.preventDefault();
      found();
    }
  });
}
