// What is outside of this server, for tests: a publisher of base maps, and a site that embeds. `node publisher.js sources.json` writes the list that names it, says where it
// listens, and answers pictures of one colour a map. `GET /asked` tells what it was asked and with which headers.
import { createServer } from "node:http";
import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { hostPage } from "./host-page.js";

const SIDE = 256;
const COLOURS = { plan: [205, 214, 200], luftbild: [70, 84, 62] };

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A square with a thin edge, so that tiles can be told apart. */
function png([r, g, b]) {
  const rows = Array.from({ length: SIDE }, (_, y) => {
    const row = Buffer.alloc(1 + SIDE * 3);
    for (let x = 0; x < SIDE; x++) {
      const isEdge = x === 0 || y === 0;
      row.set(isEdge ? [r - 20, g - 20, b - 20] : [r, g, b], 1 + 3 * x);
    }
    return row;
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(SIDE, 0);
  head.writeUInt32BE(SIDE, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.concat(rows))), chunk("IEND", Buffer.alloc(0))]);
}

const pictures = Object.fromEntries(Object.entries(COLOURS).map(([id, colour]) => [id, png(colour)]));
const asked = [];

const server = createServer((request, response) => {
  if (request.url === "/asked") {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(asked));
    return;
  }
  if (request.url.startsWith("/host?")) {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(hostPage(request.url));
    return;
  }
  asked.push({ url: request.url, headers: request.headers });
  const picture = pictures[request.url.split("/")[1]];
  response.writeHead(picture ? 200 : 404, { "content-type": "image/png" });
  response.end(picture);
});

server.listen(0, "127.0.0.1", () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  const source = (id, de, en, credit) => ({
    id,
    title: { de, en },
    credit,
    min_zoom: 6,
    max_zoom: 18,
    service: { kind: "tiles", url: `${url}/${id}/{z}/{x}/{y}.png` },
  });
  const list = [
    source("plan", "Plan", "Plan", "Plan: © Vermessungsamt ({year}), https://plan.example/quellen"),
    source("luftbild", "Luftbild", "Aerial photo", "Luftbild: © Vermessungsamt"),
  ];
  writeFileSync(process.argv[2], JSON.stringify(list));
  console.log(`publishing on ${url}`);
});
