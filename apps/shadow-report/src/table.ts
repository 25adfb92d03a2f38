import { shown } from '@quantum/shadow-evidence';
import type { Damage, ReadRecording } from './file/open.js';

export const damageText = ({ places, bytes }: Damage): string =>
  `${shown(bytes)} bytes in ${shown(places)} places are damaged: what was recorded there is missing`;

export type FileFacts = Pick<ReadRecording, 'tornBytes' | 'damage'>;

/** What is wrong with the file of a recording itself. */
export const fileNotes = ({ tornBytes, damage }: FileFacts): string[] => [
  ...(damage.places > 0 ? [damageText(damage)] : []),
  ...(tornBytes > 0
    ? [`the last ${shown(tornBytes)} bytes are no whole write: the recording was cut off, or goes on`]
    : []),
];
