// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { Finder, queryOf } from "../src/finder.ts";

const page = (count: string, more = ""): string => `<!doctype html><title>${count}</title>
<nav class="languages"><a href="?lang=en">English</a></nav>
<div class="finder-text">
  <h2 class="results-count">${count}</h2>
  <a class="type" href="/gemeinde/1?typ=hof">Höfe</a><a class="type" href="/gemeinde/1?typ=brache">Brachen</a>
  <a class="elsewhere" href="/flaeche/a">a</a>
  <details id="filter"><summary>Filter</summary><form method="get" action="/gemeinde/1">
    <input name="flaeche_min" id="flaeche_min"><select name="sort"><option>neueste</option></select><button>Los</button>
  </form></details>${more}
</div>
<script type="application/json" id="map-config">{"language":"de","groups":[],"matching":["${count}"]}</script>`;

const parse = (html: string): Document => new DOMParser().parseFromString(html, "text/html");

function start() {
  const asked: string[] = [];
  const answers: ((page: Document) => void)[] = [];
  const onChange = vi.fn();
  const finder = new Finder({
    onChange,
    fetchPage: (href) => {
      asked.push(new URL(href).pathname + new URL(href).search);
      return new Promise((resolve) => answers.push(resolve));
    },
  });
  return { finder, asked, answers, onChange };
}

beforeEach(() => {
  history.replaceState(null, "", "http://localhost:3000/gemeinde/1#karte=15/51/12");
  document.body.innerHTML = page("37 Flächen");
});

test("a filter is followed in place: list, settings of the map, title and address change, the view stays", async () => {
  const { asked, answers, onChange } = start();
  document.querySelector<HTMLElement>("#filter")!.setAttribute("open", "");
  const second = document.querySelectorAll<HTMLElement>(".type")[1]!;
  second.focus();
  second.click();
  expect(asked).toEqual(["/gemeinde/1?typ=brache"]);
  expect(location.search + location.hash).toBe("?typ=brache#karte=15/51/12");
  answers[0]!(parse(page("4 Flächen")));
  await vi.waitFor(() => expect(onChange).toHaveBeenCalledOnce());
  expect(onChange.mock.calls[0]![0].matching).toEqual(["4 Flächen"]);
  expect(onChange.mock.calls[0]![1]).toBe("4 Flächen");
  expect(document.title).toBe("4 Flächen");
  expect(document.querySelector(".results-count")!.textContent).toBe("4 Flächen");
  expect(document.querySelector("#filter")!.hasAttribute("open")).toBe(true);
  expect(document.activeElement?.textContent).toBe("Brachen");
  expect(document.querySelectorAll(".finder-text")).toHaveLength(1);
});

test("an answer to an earlier question is not shown", async () => {
  const { finder, answers, onChange } = start();
  finder.go("/gemeinde/1?typ=hof");
  finder.go("/gemeinde/1?typ=brache");
  answers[1]!(parse(page("second")));
  answers[0]!(parse(page("first")));
  await vi.waitFor(() => expect(onChange).toHaveBeenCalledOnce());
  expect(document.querySelector(".results-count")!.textContent).toBe("second");
});

test("other pages, new windows and the page as it is are left to the browser", () => {
  const { finder, asked } = start();
  document.addEventListener("click", (event) => event.preventDefault(), { once: false });
  document.querySelector<HTMLElement>(".elsewhere")!.click();
  document.querySelector(".type")!.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: true }));
  finder.go("/gemeinde/1");
  expect(asked).toEqual([]);
});

test("empty fields and the usual order say nothing", () => {
  expect(queryOf([["flaeche_min", " "], ["flaeche_max", "1.500"], ["sort", "neueste"], ["typ", "hof"], ["typ", "brache"]]).toString()).toBe(
    "flaeche_max=1.500&typ=hof&typ=brache",
  );
  expect(queryOf([["sort", "preis"]]).toString()).toBe("sort=preis");
});
