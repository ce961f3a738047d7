// A page of another site that embeds something of this server, for tests: `/host?server=…&src=…`.

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** HTML of the page; it is longer than any screen, and has a button before and after what it embeds. */
export function hostPage(url) {
  const { searchParams } = new URL(url, "http://host");
  const [server, src] = ["server", "src"].map((name) => escaped(searchParams.get(name) ?? ""));
  return `<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Stadt Leisnig</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<script src="${server}/embed.js" async></script></head>
<body><main><h1>Bauen in Leisnig</h1><button id="vorher">vorher</button>
<baulotse-karte src="${server}${src}" title="Freie Flächen"><a href="${server}/">Zur Liste</a></baulotse-karte>
<button id="nachher">nachher</button><p style="height: 150vh">Und noch mehr.</p></main></body></html>`;
}
