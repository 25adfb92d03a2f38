import { describe, expect, it } from '@jest/globals';
import { commandsOf } from './document.js';

const DOCUMENT = [
  '# Title',
  '    not this',
  '## One',
  'text',
  '',
  '    first',
  '    second && third',
  '## Two',
  '    last',
];

describe('commandsOf', () => {
  it('gives the indented lines of a chapter', () => {
    expect(commandsOf(DOCUMENT.join('\n'), 'One')).toEqual(['first', 'second && third']);
    expect(commandsOf(DOCUMENT.join('\n'), 'Two')).toEqual(['last']);
  });

  it('says which chapter is missing', () => {
    expect(() => commandsOf(DOCUMENT.join('\n'), 'Three')).toThrow("no chapter 'Three'");
  });
});
