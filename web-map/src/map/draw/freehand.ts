// A stroke with mouse, finger or pen. A second finger means zooming: the stroke is given up.

export interface StrokeActions {
  /** The places of the stroke so far, in pixels of the map. */
  move(line: readonly [number, number][]): void;
  end(line: readonly [number, number][]): void;
  cancel(): void;
}

/** Listens on the map; the returned function stops it. */
export function listenToStrokes(canvas: HTMLElement, actions: StrokeActions): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  let line: [number, number][] | undefined;
  let pointer: number | undefined;
  const at = (event: PointerEvent): [number, number] => {
    const { left, top } = canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const cancel = (): void => {
    line = undefined;
    actions.cancel();
  };
  canvas.addEventListener(
    "pointerdown",
    (event) => {
      if (!event.isPrimary) {
        cancel();
      } else if (event.button === 0) {
        pointer = event.pointerId;
        canvas.setPointerCapture(pointer);
        line = [at(event)];
      }
    },
    { signal },
  );
  canvas.addEventListener(
    "pointermove",
    (event) => {
      if (line && event.pointerId === pointer) {
        line.push(...event.getCoalescedEvents().map(at));
        actions.move(line);
      }
    },
    { signal },
  );
  canvas.addEventListener(
    "pointerup",
    (event) => {
      if (line && event.pointerId === pointer) {
        const whole = line;
        line = undefined;
        actions.end(whole);
      }
    },
    { signal },
  );
  canvas.addEventListener("pointercancel", cancel, { signal });
  return () => listening.abort();
}
