import { describe, expect, it } from '@jest/globals';
import { commandsOf, comparable, stepsOf } from './document.js';

const DOCUMENT = [
  '# Title',
  '    not this',
  '## One',
  'text',
  '',
  '    first',
  '    second && third',
  '',
  '```',
  'printed:',
  '    indented 1',
  '```',
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

describe('stepsOf', () => {
  it('gives each command with what the document says that it prints', () => {
    expect(stepsOf(DOCUMENT.join('\n'), 'One')).toEqual([
      { command: 'first', output: undefined },
      { command: 'second && third', output: 'printed:\n    indented 1\n' },
    ]);
  });
});

describe('comparable', () => {
  it('leaves out figures and the width of columns', () => {
    expect(comparable('node 20.20.2: fine\n\nPROOF    PASS   6289\n')).toEqual(
      comparable('node 24.1: fine\n\nPROOF PASS 17'),
    );
  });

  it('tells a line more, and another word', () => {
    expect(comparable('a: fine\nb: added')).not.toEqual(comparable('a: fine'));
    expect(comparable('a: fine')).not.toEqual(comparable('a: added'));
  });
});
