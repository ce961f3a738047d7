import { chromium } from "playwright-core";
const base = process.env.B ?? "http://127.0.0.1:8099";
const shots = process.argv.slice(2); // name|path|w|h|scheme|action
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
for (const s of shots) {
  const [name, path, w, h, scheme = "light", action0 = ""] = s.split("|"); const isFull = action0.startsWith("full;"); const action = action0.replace("full;", "");
  const ctx = await browser.newContext({ viewport: { width: +w, height: +h }, deviceScaleFactor: +w < 500 ? 2 : 1, colorScheme: scheme === "dark" ? "dark" : "light", locale: "de-DE", forcedColors: scheme === "forced" ? "active" : "none", hasTouch: +w < 500, javaScriptEnabled: action !== "nojs" });
  const page = await ctx.newPage();
  page.on("console", m => console.log(name, m.type(), m.text()));
  page.on("pageerror", e => console.log(name, "ERR", e.message));
  await page.goto(base + path);
  await page.waitForTimeout(1500);
  if (action && action !== "nojs") { await (0, eval)(`(async(page)=>{${action}})`)(page); await page.waitForTimeout(900); }
  await page.screenshot({ path: `/tmp/w/${name}.png`, fullPage: isFull });
  await ctx.close();
}
await browser.close();
