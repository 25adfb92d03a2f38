import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';

/** A position in a program. */
interface Frame {
  functionName: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
}

/** The own time of a position, without its callees. */
export interface Cost {
  /** Package, library or app; `node` for built-in code. */
  part: string;
  /** Function and file. */
  place: string;
  cost: number;
}

interface CpuProfile {
  nodes: { id: number; callFrame: Frame }[];
  samples: number[];
  /** Microseconds. */
  timeDeltas: number[];
}

/** Microseconds by position, without idle time. */
export function cpuCosts(profileFile: string, mapFile: string): Cost[] {
  const profile = JSON.parse(readFileSync(profileFile, 'utf8')) as CpuProfile;
  const spent = new Map<number, number>();
  for (const [i, id] of profile.samples.entries()) spent.set(id, (spent.get(id) ?? 0) + (profile.timeDeltas[i] ?? 0));
  const frames = profile.nodes.map(({ id, callFrame }) => ({ callFrame, cost: spent.get(id) ?? 0 }));
  return placed(frames.filter(({ callFrame }) => callFrame.functionName !== '(idle)'), mapFile); // prettier-ignore
}

function placed(frames: readonly { callFrame: Frame; cost: number }[], mapFile: string): Cost[] {
  const map = new SourceMap(JSON.parse(readFileSync(mapFile, 'utf8')) as SourceMapPayload);
  const byPlace = new Map<string, Cost>();
  for (const { callFrame, cost } of frames) {
    const { part, file } = originOf(callFrame, map);
    const place = `${callFrame.functionName || '(anonymous)'}${file === '' ? '' : ` (${file})`}`;
    const key = `${part} ${place}`;
    const known = byPlace.get(key);
    if (known) known.cost += cost;
    else byPlace.set(key, { part, place, cost });
  }
  return [...byPlace.values()].sort((a, b) => b.cost - a.cost);
}

function originOf(
  { functionName, url, lineNumber, columnNumber }: Frame,
  map: SourceMap,
): { part: string; file: string } {
  if (functionName.startsWith('('))
    return { part: functionName === '(garbage collector)' ? 'garbage' : 'native', file: '' };
  if (url.startsWith('node:') || url === '') return { part: 'node', file: url.replace('node:', '') };
  const entry = map.findEntry(lineNumber, columnNumber);
  const source = 'originalSource' in entry ? entry.originalSource : '';
  const file = source.split('/').at(-1) ?? '';
  const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
  const own = /(?:apps|libs)\/([^/]+)\//.exec(source)?.[1];
  return { part: dependency ?? own ?? 'bundle', file };
}

/** Sums of the times by the result of `nameOf`, the greatest first. Those beyond `limit` are one last entry. */
export function sums(
  costs: readonly Cost[],
  nameOf: (cost: Cost) => string,
  limit: number,
): [name: string, cost: number][] {
  const byName = new Map<string, number>();
  for (const cost of costs) byName.set(nameOf(cost), (byName.get(nameOf(cost)) ?? 0) + cost.cost);
  const sorted = [...byName].toSorted(([, a], [, b]) => b - a);
  const rest = sorted.slice(limit).reduce((sum, [, cost]) => sum + cost, 0);
  return rest > 0 ? [...sorted.slice(0, limit), ['the rest', rest]] : sorted.slice(0, limit);
}
