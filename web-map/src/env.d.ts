declare module "virtual:texts/*" {
  const texts: import("./texts.ts").Texts;
  export default texts;
}
