// Messages between an embedded map and the page that embeds it, version 1. All have a `type` of this form:
//
//   baulotse:v1:ready                                  out: the map can be talked to
//   baulotse:v1:change   { search, count }             out: the list is another one: its query, its count in words
//   baulotse:v1:select   { id, title, url } | { id: null }   out: a place was chosen, or none; in: { id } chooses one
//   baulotse:v1:height   { height }                    out: pixels that the content needs
//
// Only a height goes to whoever embeds the map. Everything else goes to the origin of the embedding page alone, and
// only what comes from there is read.

export const PREFIX = "baulotse:v1:";

export type Message =
  | { type: "baulotse:v1:ready" }
  | { type: "baulotse:v1:change"; search: string; count: string }
  | { type: "baulotse:v1:select"; id: string; title: string; url: string }
  | { type: "baulotse:v1:select"; id: null }
  | { type: "baulotse:v1:height"; height: number };

/** A message of ours, or nothing. */
export function readMessage(data: unknown): Message | undefined {
  const { type } = (data ?? {}) as { type?: unknown };
  return typeof type === "string" && type.startsWith(PREFIX) ? (data as Message) : undefined;
}
