import { shown } from '@quantum/shadow-evidence';
import type { Damage } from './file/open.js';

export const damageText = ({ places, bytes }: Damage): string =>
  `${shown(bytes)} bytes in ${shown(places)} places are damaged: what was recorded there is missing`;
