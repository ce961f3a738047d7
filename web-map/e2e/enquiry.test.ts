// Asking the municipality: from a listing to the receipt, without scripts, with the keyboard, and when something is wrong.
import { expect, test } from "vitest";
import { BASE, fillIn, firstSite, PHONE, TOWN, visiting } from "./browser.ts";

const QUESTION = "Guten Tag,\nist sie noch frei?";

test("without scripts a question reaches the municipality and leaves a receipt", async () => {
  await visiting(TOWN, { javaScriptEnabled: false, viewport: PHONE }, async ({ page }) => {
    await page.goto(BASE + (await firstSite(page)));
    const title = (await page.locator("h1").textContent())!;
    await page.locator(".contact").getByRole("link", { name: "Online anfragen" }).click();
    expect(await page.locator("h1").textContent()).toBe("Anfrage an Leisnig");
    expect(await page.locator(".enquiry-about a").textContent()).toBe(title);
    await page.locator(".enquiry-trap").waitFor({ state: "hidden" });
    await fillIn(page, { nachricht: QUESTION, telefon: "034321 70-0" });
    await page.getByRole("button", { name: "Anfrage senden" }).click();
    expect(new URL(page.url()).pathname).toMatch(/^\/anfrage\/eingang\/[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    const receipt = (await page.locator("main").textContent())!;
    expect(receipt).toContain(new URL(page.url()).pathname.split("/").pop()!);
    expect(receipt).not.toContain("noch frei");
    expect(receipt).not.toContain("034321");
    await page.getByRole("link", { name: `Zurück zu ${title}` }).click();
    expect(await page.locator("h1").textContent()).toBe(title);
  });
});

test("what is wrong takes the focus and leads to its field, and nothing typed is lost", async () => {
  for (const javaScriptEnabled of [false, true]) {
    await visiting("/anfrage/gemeinde/14522310", { javaScriptEnabled }, async ({ page }) => {
      await fillIn(page, { nachricht: QUESTION, name: "Erika" });
      await page.locator("[type=submit]").press("Enter");
      await page.waitForSelector(".problems");
      expect(await page.evaluate(() => document.activeElement?.className)).toBe("problems");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("mail");
      expect(await page.locator("#mail").getAttribute("aria-invalid")).toBe("true");
      const described = await page.locator("#mail").getAttribute("aria-describedby");
      expect(await page.locator(`#${described}`).textContent()).toContain("Bitte nennen Sie eine E-Mail-Adresse");
      expect(await page.inputValue("#nachricht")).toBe(QUESTION);
      expect(await page.inputValue("#name")).toBe("Erika");
      await page.keyboard.type("erika@example.org");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".receipt-number");
    });
  }
});

test("a form is told apart from one that a program filled in, or another site sent", async () => {
  await visiting("/anfrage/gemeinde/14522310", {}, async ({ page }) => {
    await fillIn(page, { nachricht: QUESTION, mail: "erika@example.org" });
    await page.locator("#webseite").evaluate((input: HTMLInputElement) => (input.value = "https://spam.example"));
    await page.click(".enquiry [type=submit]");
    await page.waitForSelector(".problems");
    expect(await page.locator("#webseite").isVisible()).toBe(true);
    await page.fill("#webseite", "");
    await page.click(".enquiry [type=submit]");
    await page.waitForSelector(".receipt-number");
  });
  const body = new URLSearchParams({ nachricht: QUESTION, mail: "erika@example.org", bogen: `1764000000-${"0".repeat(32)}` });
  const headers = { "sec-fetch-site": "cross-site" };
  const answer = await fetch(`${BASE}/anfrage/gemeinde/14522310`, { method: "POST", headers, body, redirect: "manual" });
  expect(answer.status).toBe(403);
});
