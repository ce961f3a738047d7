// The code for other sites: the page `…/einbetten`, in a dialogue over the list page, made anew with every choice.
import { element } from "./dom.ts";
import { queryOf } from "./finder.ts";
import type { Translate } from "./texts.ts";

async function fetchSnippet(href: string, signal?: AbortSignal): Promise<{ title: string; snippet: HTMLElement }> {
  const response = await fetch(href, { signal: signal ?? null, headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  // 400 is such a page too, one that says what makes no sense.
  const snippet = page.querySelector<HTMLElement>("[data-snippet]");
  if (!snippet) {
    throw new Error(`${href}: ${response.status}`);
  }
  return { title: page.querySelector("h1")?.textContent ?? "", snippet: document.importNode(snippet, true) };
}

/** Opens the dialogue; whatever goes wrong, the browser goes to the page. */
export async function openSnippet(href: string, t: Translate): Promise<void> {
  try {
    const { title, snippet } = await fetchSnippet(href);
    const close = element("button", { type: "button", class: "panel-close", "aria-label": t("close") }, "×");
    const heading = element("h2", { id: "einbetten-titel" }, title);
    const dialog = element("dialog", { class: "snippet-dialog", "aria-labelledby": heading.id }, close, heading, snippet);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    keepFresh(dialog, t);
    dialog.showModal();
  } catch {
    location.assign(href);
  }
}

/** Makes the code anew with every choice, and gives each code a button that copies it. */
export function keepFresh(around: HTMLElement, t: Translate, onChange?: (href: string) => void): void {
  let running: AbortController | undefined;
  const status = element("p", { class: "visually-hidden", role: "status" });
  const renew = async (form: HTMLFormElement): Promise<void> => {
    running?.abort();
    const mine = (running = new AbortController());
    const url = new URL(form.action);
    url.search = queryOf(new FormData(form)).toString().replaceAll("%2C", ",");
    try {
      const { snippet } = await fetchSnippet(url.href, mine.signal);
      const focused = document.activeElement?.id;
      around.querySelector("[data-snippet]")?.replaceWith(snippet);
      addButtons(snippet, t, status);
      if (focused) {
        document.getElementById(focused)?.focus({ preventScroll: true });
      }
      onChange?.(url.pathname + url.search);
    } catch {
      if (running === mine) {
        location.assign(url.href);
      }
    }
  };
  around.append(status);
  addButtons(around, t, status);
  around.addEventListener("change", ({ target }) => {
    const form = (target as Element).closest<HTMLFormElement>(".snippet-form");
    if (form) {
      void renew(form);
    }
  });
  around.addEventListener("submit", (event) => {
    event.preventDefault();
    void renew(event.target as HTMLFormElement);
  });
}

function addButtons(around: HTMLElement, t: Translate, status: HTMLElement): void {
  for (const code of around.querySelectorAll<HTMLTextAreaElement>(".snippet-code textarea")) {
    const copy = element("button", { type: "button", class: "button", "aria-describedby": code.closest("section")?.getAttribute("aria-labelledby") ?? "" }, t("copy"));
    copy.addEventListener("click", () => void copyCode(code, copy, t, status));
    code.after(copy);
  }
}

async function copyCode(code: HTMLTextAreaElement, button: HTMLElement, t: Translate, status: HTMLElement): Promise<void> {
  let said = t("copied");
  try {
    await navigator.clipboard.writeText(code.value);
  } catch {
    code.select();
    said = t("copy_failed");
  }
  button.textContent = said;
  status.textContent = said;
  setTimeout(() => {
    button.textContent = t("copy");
    status.textContent = "";
  }, 5000);
}
