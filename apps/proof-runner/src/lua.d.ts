// Lua that the build puts into the bundle as text (nx.json: loader) and jest loads as text (tools/jest/read-text.cjs).
declare module '*.lua' {
  const text: string;
  export default text;
}
