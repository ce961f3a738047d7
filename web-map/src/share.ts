// Passing a page on: by what the device offers, else by copying its address.

/** How an address was passed on. */
export type Shared = "shared" | "copied" | "cancelled" | "failed";

export async function share(title: string, url: string): Promise<Shared> {
  if (typeof navigator.share === "function" && matchMedia("(pointer: coarse)").matches) {
    try {
      await navigator.share({ title, url });
      return "shared";
    } catch (error) {
      if ((error as Error).name === "AbortError") {
        return "cancelled";
      }
    }
  }
  try {
    await navigator.clipboard.writeText(url);
    return "copied";
  } catch {
    return "failed";
  }
}
