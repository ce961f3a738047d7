import { expect, test, vi } from "vitest";
import { itemsUrl, listingsUrl, nextUrl, type ApiFeature, type ApiPage, type FetchPage } from "../src/api.ts";
import type { Box } from "../src/geometry.ts";
import { BoxLoader, type Loaded } from "../src/map/box-loader.ts";

const BASE = "https://example.org/gemeinde/14522310";

const page = (ids: string[], next?: string): ApiPage<object> => ({
  type: "FeatureCollection",
  features: ids.map((id): ApiFeature<object> => ({ type: "Feature", id, geometry: null, properties: {} })),
  links: next ? [{ rel: "next", href: next }] : [],
});

/** A loader whose requests are answered by hand, in the order they were made. */
function harness(limit = 100) {
  const asked: { url: string; signal: AbortSignal; answer(page: ApiPage<object>): void; fail(): void }[] = [];
  const loaded: string[][] = [];
  const truncated: boolean[] = [];
  const onError = vi.fn();
  const fetchPage = ((url: string, signal: AbortSignal) =>
    new Promise<ApiPage<object>>((answer, reject) => {
      asked.push({ url, signal, answer, fail: () => reject(new Error("no network")) });
    })) as FetchPage;
  const loader = new BoxLoader<object>({
    url: (box: Box) => `/items?bbox=${box.join(",")}`,
    fetchPage,
    base: BASE,
    margin: 0.5,
    limit,
    onLoad: ({ features, isTruncated }: Loaded<object>) => {
      loaded.push(features.map(({ id }) => id));
      truncated.push(isTruncated);
    },
    onError,
  });
  return { loader, asked, loaded, truncated, onError };
}

const VIEW: Box = [10, 50, 12, 52];

test("an enlarged box is asked for, and again only when the view leaves it", async () => {
  const { loader, asked, loaded } = harness();
  const first = loader.show(VIEW);
  expect(asked.map(({ url }) => url)).toEqual(["/items?bbox=9,49,13,53"]);
  asked[0]!.answer(page(["a", "b"]));
  await first;
  await loader.show([9, 49, 11, 51]);
  expect(asked).toHaveLength(1);
  void loader.show([8, 49, 10, 51]);
  expect(asked).toHaveLength(2);
  expect(loaded).toEqual([["a", "b"]]);
});

test("what came too late is dropped, and its request is aborted", async () => {
  const { loader, asked, loaded, onError } = harness();
  const first = loader.show(VIEW);
  const second = loader.show([20, 50, 22, 52]);
  expect(asked[0]!.signal.aborted).toBe(true);
  asked[1]!.answer(page(["new"]));
  asked[0]!.answer(page(["old"]));
  await Promise.all([first, second]);
  expect(loaded).toEqual([["new"]]);
  expect(onError).not.toHaveBeenCalled();
});

test("next links are followed on this server, up to the limit", async () => {
  const { loader, asked, loaded, truncated } = harness(3);
  const done = loader.show(VIEW);
  asked[0]!.answer(page(["a", "b"], "http://inner:8080/ogc/collections/parcels/items?after=b"));
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  expect(asked[1]!.url).toBe("/ogc/collections/parcels/items?after=b");
  asked[1]!.answer(page(["c", "d"], "/more"));
  await done;
  expect(asked).toHaveLength(2);
  expect(loaded).toEqual([["a", "b", "c"]]);
  expect(truncated).toEqual([true]);
  // What is incomplete is asked for again, since a smaller view may be complete.
  void loader.show([10.5, 50.5, 11, 51]);
  expect(asked).toHaveLength(3);
});

test("exactly as many as the limit are complete", async () => {
  const { loader, asked, truncated } = harness(2);
  const done = loader.show(VIEW);
  asked[0]!.answer(page(["a", "b"]));
  await done;
  expect(truncated).toEqual([false]);
});

test("after a failure the same view asks again", async () => {
  const { loader, asked, loaded, onError } = harness();
  const first = loader.show(VIEW);
  asked[0]!.fail();
  await first;
  expect(onError).toHaveBeenCalledOnce();
  const second = loader.show(VIEW);
  asked[1]!.answer(page(["a"]));
  await second;
  expect(loaded).toEqual([["a"]]);
});

test("what was stopped says nothing", async () => {
  const { loader, asked, loaded, onError } = harness();
  const first = loader.show(VIEW);
  loader.stop();
  asked[0]!.answer(page(["a"]));
  await first;
  expect(loaded).toEqual([]);
  expect(onError).not.toHaveBeenCalled();
});

test("addresses of items are in CRS84 with a limit", () => {
  expect(itemsUrl("parcels", [12.123456789, 51, 13, 52])).toBe("/ogc/collections/parcels/items?bbox=12.1234568,51,13,52&limit=1000");
  expect(nextUrl(page([]), BASE)).toBeUndefined();
  expect(listingsUrl("/liste.geojson", [12, 51, 13, 52])).toBe("/liste.geojson?bbox=12,51,13,52");
  expect(listingsUrl("/liste.geojson?typ=hof", [12, 51, 13, 52])).toBe("/liste.geojson?typ=hof&bbox=12,51,13,52");
  expect(listingsUrl("/liste.geojson?bbox=1,2,3,4", [12, 51, 13, 52])).toBe("/liste.geojson?bbox=1,2,3,4");
});
