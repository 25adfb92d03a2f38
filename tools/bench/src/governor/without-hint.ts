import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DECORATORS = /(permitDecorators = \([^)]*\) => )\[\s*efficiencyHint\([\s\S]*?\n\];/g;

/** The bundle without the decorator, which no variable switches off: its path, or undefined if it looks different. */
export function withoutHint(mainFile: string, outFolder: string): string | undefined {
  const text = readFileSync(mainFile, 'utf8');
  if ([...text.matchAll(DECORATORS)].length !== 1) return undefined;
  mkdirSync(outFolder, { recursive: true });
  const path = join(outFolder, 'governor-without-hint.js');
  writeFileSync(path, text.replace(DECORATORS, '$1[];'));
  return path;
}
