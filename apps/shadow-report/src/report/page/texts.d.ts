// Texts that the build puts into the bundle (project.json, loaders).
declare module '*.css' {
  const text: string;
  export default text;
}
