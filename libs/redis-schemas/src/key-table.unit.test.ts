import { expect, it } from '@jest/globals';
import { KEY_TABLE } from './key-table.js';

it('has a type, a lifetime, a writer, a reader and a content of every key', () => {
  for (const row of KEY_TABLE) {
    expect(Object.keys(row)).toEqual(['key', 'type', 'lifetime', 'writer', 'readers', 'holds']);
    expect(Object.values(row)).not.toContain('');
  }
});
