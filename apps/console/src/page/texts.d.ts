// Texts that the build puts into the program: esbuild.config.cjs.
declare module '*.css' {
  const text: string;
  export default text;
}
declare module '*?bundle' {
  const text: string;
  export default text;
}
