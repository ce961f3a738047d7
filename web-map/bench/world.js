// A cadastre of so many parcels, 30 m by 30 m, nine vertices each, and a site on every two-hundredth of them.
import { createWriteStream } from "node:fs";
import { once } from "node:events";

/** Where it lies: its middle. */
export const CENTRE = { lng: 12.93, lat: 51.158 };
export const AGS = "14522310";
const SIDE_M = 30;
const METRES_A_DEGREE = 111_320;
const VERTICES = [[0, 0], [0.5, 0.04], [1, 0], [0.96, 0.5], [1, 1], [0.5, 0.96], [0, 1], [0.04, 0.5], [0, 0]];

export async function write(count, parcelsFile, sitesFile) {
  const side = Math.ceil(Math.sqrt(count));
  const dy = SIDE_M / METRES_A_DEGREE;
  const dx = dy / Math.cos((CENTRE.lat * Math.PI) / 180);
  const [west, south] = [CENTRE.lng - (side / 2) * dx, CENTRE.lat - (side / 2) * dy];
  const ring = (column, row) =>
    VERTICES.map(([x, y]) => [Number((west + (column + x) * dx).toFixed(7)), Number((south + (row + y) * dy).toFixed(7))]);
  const parcels = createWriteStream(parcelsFile);
  const sites = createWriteStream(sitesFile);
  for (const file of [parcels, sites]) {
    file.write('{"type":"FeatureCollection","features":[\n');
  }
  for (let index = 0; index < count; index++) {
    const geometry = { type: "Polygon", coordinates: [ring(index % side, Math.floor(index / side))] };
    const properties = {
      parcel_id: `142888___${String(index + 1).padStart(5, "0")}______`,
      ags: AGS,
      official_area_m2: SIDE_M * SIDE_M,
    };
    const comma = index === 0 ? "" : ",";
    if (!parcels.write(`${comma}${JSON.stringify({ type: "Feature", properties, geometry })}\n`)) {
      await once(parcels, "drain");
    }
    if (index % 200 === 0) {
      const site = { name: `Fläche ${index / 200}`, type: index % 400 === 0 ? "infill_gap" : "ruin", status: "confirmed", ags: AGS, area_m2: 900 };
      sites.write(`${comma}${JSON.stringify({ type: "Feature", properties: site, geometry })}\n`);
    }
  }
  for (const file of [parcels, sites]) {
    file.end("]}\n");
    await once(file, "finish");
  }
}
