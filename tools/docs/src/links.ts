/** Relative links of a Markdown document: what stands in `](...)`, without anchors, code left out. */
export function relativeLinks(document: string): string[] {
  const prose = document.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.split('#', 1)[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}
