// Messages between an embedded map and the page that embeds it, version 1. All have a `type` of this form:
//
//   baulotse:v1:ready                                  out: the map can be talked to
//   baulotse:v1:change   { search, count }             out: the list is another one: its query, its count in words
//   baulotse:v1:select   { collection, id, title, url }
//                        { id: null }                  out: a place was chosen, or none
//                        { collection, id }            in: choose this one; collection is "sites" or "buildings"
//   baulotse:v1:height   { height }                    out: pixels that the content needs
//
// Only a height goes to whoever embeds the map. Everything else goes to the origin of the embedding page alone, and
// only what comes from there is read.

export const PREFIX = "baulotse:v1:";

export type Listed = "sites" | "buildings";

export type Message =
  | { type: "baulotse:v1:ready" }
  | { type: "baulotse:v1:change"; search: string; count: string }
  | { type: "baulotse:v1:select"; collection: Listed; id: string; title?: string; url?: string }
  | { type: "baulotse:v1:select"; id: null }
  | { type: "baulotse:v1:height"; height: number };

/** A message of ours, or nothing. */
export function readMessage(data: unknown): Message | undefined {
  const { type } = (data ?? {}) as { type?: unknown };
  return typeof type === "string" && type.startsWith(PREFIX) ? (data as Message) : undefined;
}
