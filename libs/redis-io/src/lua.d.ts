// Lua files are text: the build bundles them (nx.json: loader) and jest loads them (tools/jest/read-text.cjs).
declare module '*.lua' {
  const text: string;
  export default text;
}
