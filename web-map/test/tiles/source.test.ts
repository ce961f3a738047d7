import { expect, test } from "vitest";
import { nativeTile, TileSource, type TileCoords } from "../../src/map/tiles/source.ts";
import { area, encode, square } from "../mvt.ts";

const TILE = encode({ parcels: [area("a", [square(0, 0, 10)]), area("b", [square(20, 0, 10)])] });
const AT: TileCoords = { z: 15, x: 3, y: 4 };

/** A source whose requests are answered by hand. */
function harness() {
  const asked: { url: string; signal: AbortSignal; answer(bytes: ArrayBuffer): void; fail(): void }[] = [];
  const source = new TileSource(
    ({ z, x, y }) => `/${z}/${y}/${x}`,
    (url, signal) =>
      new Promise((answer, reject) => {
        asked.push({ url, signal, answer, fail: () => reject(new Error("no network")) });
      }),
  );
  return { source, asked };
}

test("a tile is fetched once for all who want it, row before column", async () => {
  const { source, asked } = harness();
  const [first, second] = [source.acquire(AT), source.acquire(AT)];
  expect(asked.map(({ url }) => url)).toEqual(["/15/4/3"]);
  expect(source.peek(AT)).toBeUndefined();
  asked[0]!.answer(TILE);
  expect(await first.features).toBe(await second.features);
  expect(source.peek(AT)).toHaveLength(2);
  expect(source.count("parcels")).toBe(2);
  expect(source.count("sites")).toBe(0);
});

test("the last one who gives it back ends the request, and nobody before", () => {
  const { source, asked } = harness();
  const [first, second] = [source.acquire(AT), source.acquire(AT)];
  first.release();
  first.release();
  expect(asked[0]!.signal.aborted).toBe(false);
  second.release();
  expect(asked[0]!.signal.aborted).toBe(true);
  source.acquire(AT);
  expect(asked).toHaveLength(2);
});

test("after a failure the next one asks again, and the first one's end does not take it from him", async () => {
  const { source, asked } = harness();
  const failed = source.acquire(AT);
  asked[0]!.fail();
  await expect(failed.features).rejects.toThrow("no network");
  const next = source.acquire(AT);
  failed.release();
  expect(asked).toHaveLength(2);
  expect(asked[1]!.signal.aborted).toBe(false);
  asked[1]!.answer(TILE);
  expect(await next.features).toHaveLength(2);
});

test("what left the screen a moment ago is still known, but asked for again", async () => {
  const { source, asked } = harness();
  const share = source.acquire(AT);
  asked[0]!.answer(TILE);
  await share.features;
  share.release();
  expect(source.peek(AT)).toHaveLength(2);
  expect(source.count("parcels")).toBe(0);
  source.acquire(AT);
  expect(asked).toHaveLength(2);
  // Long ago is too long.
  for (let x = 100; x < 140; x++) {
    const other = source.acquire({ ...AT, x });
    asked.at(-1)!.answer(TILE);
    await other.features;
    other.release();
  }
  expect(source.peek({ ...AT, x: 100 })).toBeUndefined();
  expect(source.peek({ ...AT, x: 139 })).toHaveLength(2);
});

test("what is no tile is a failure", async () => {
  const { source, asked } = harness();
  const share = source.acquire(AT);
  asked[0]!.answer(new TextEncoder().encode("<html>").buffer);
  await expect(share.features).rejects.toThrow();
});

test("nearer than tiles go, a part of one is shown", () => {
  expect(nativeTile({ z: 16, x: 5, y: 6 }, 17)).toEqual({ z: 16, x: 5, y: 6, part: { column: 0, row: 0, of: 1 } });
  expect(nativeTile({ z: 20, x: 8 * 5 + 7, y: 8 * 6 + 2 }, 17)).toEqual({ z: 17, x: 5, y: 6, part: { column: 7, row: 2, of: 8 } });
});
