import { columns, counted } from '../../texts.js';
import type { Said } from '../outcome-text.js';
import type { Compared, Difference, RecordReplay } from './replay.js';

const SHOWN = 10;
const MAX_CHARS = 400;

/** What came of a replay, and 1 where it is not the same again. */
export function replayText(replay: RecordReplay): Said {
  const { chain, evidence, steps, commands, unanswered, unverified, multipliers } = replay;
  const kinds: [name: string, compared: Compared][] = [
    ['periods and hours', { count: evidence.periods + evidence.hours, differences: evidence.differences }],
    ['entries of the audit', steps],
    ['commands', commands],
    ['multipliers', multipliers],
  ];
  const differentOf = ({ differences }: Compared): number => new Set(differences.map(({ id }) => id)).size;
  const rows = kinds.map(([name, compared]) => {
    const different = differentOf(compared);
    const unknown = compared === steps ? unverified.length : 0;
    return [name, ...[compared.count, compared.count - different - unknown, different].map(String)];
  });
  const [all, different] = [kinds.reduce((sum, [, { count }]) => sum + count, 0), kinds.reduce((sum, [, each]) => sum + differentOf(each), 0)]; // prettier-ignore
  const unreadable = evidence.unreadable.length;
  const notes = [
    !chain.ok && `THE AUDIT IS NOT WHOLE at ${chain.id}: ${chain.why}.`,
    unreadable > 0 && `${counted(unreadable, 'entry', 'entries')} of the evidence cannot be read: ${evidence.unreadable.slice(0, SHOWN).join(', ')}`, // prettier-ignore
    unverified.length > 0 && `${counted(unverified.length, 'entry', 'entries')} of the audit without the inputs of its guards, which the evidence no longer has: ${unverified.slice(0, SHOWN).join(', ')}`, // prettier-ignore
    evidence.superseded > 0 && `${counted(evidence.superseded, 'period')} that no hour took: the process that closed them died`, // prettier-ignore
    unanswered > 0 && `${counted(unanswered, 'command')} without an answer in the audit yet`,
  ].filter((note) => note !== false);
  const isBroken = !chain.ok || different > 0;
  const isUnknown = unreadable + unverified.length > 0;
  const verdict = isBroken
    ? `DIFFERENT: ${different} of ${counted(all, 'output')}${different > 0 ? '; the first:' : ''}`
    : isUnknown
      ? `UNKNOWN: ${unreadable + unverified.length} of ${counted(all + unreadable, 'output')}, the others are identical`
      : all === 0
        ? 'NOTHING TO REPLAY'
        : `IDENTICAL: ${counted(all, 'output')}, byte for byte`;
  const first = kinds.flatMap(([name, { differences }]) => differences.map((each) => differenceText(name, each))).slice(0, SHOWN); // prettier-ignore
  const text = [columns(['DECIDED AGAIN', 'N', 'IDENTICAL', 'DIFFERENT'], rows).trimEnd(), ...notes, verdict, ...first];
  return { text: `${text.join('\n')}\n`, exitCode: isBroken || isUnknown ? 1 : 0 };
}

const differenceText = (name: string, { id, field, recorded, replayed }: Difference): string =>
  `  ${name}, ${id}, ${field}\n    recorded ${cut(recorded ?? 'nothing')}\n    again    ${cut(replayed === '' ? 'nothing' : replayed)}`;

const cut = (text: string): string => (text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text);
