/** HTML of a page that embeds `src` of `server`, as the address of the page names them. */
export function hostPage(url: string): string;
