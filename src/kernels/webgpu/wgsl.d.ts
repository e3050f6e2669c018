// WGSL files are imported as text (tsdown's loader, and the plugin in vitest.config.ts).
declare module '*.wgsl' {
  const text: string;
  export default text;
}
