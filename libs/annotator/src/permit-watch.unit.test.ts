import { describe, expect, it } from '@jest/globals';
import { announcedPlan, permitChannels } from './permit-watch.js';

describe('permitChannels', () => {
  it.each([
    ['', undefined],
    ['K', undefined],
    ['E', undefined],
    ['A', undefined],
    ['$', undefined],
    ['KEg', undefined],
    ['Kgx', undefined],
    ['K$', '__keyspace@0__:quantum:permit:*'],
    ['$lK', '__keyspace@0__:quantum:permit:*'],
    ['AK', '__keyspace@0__:quantum:permit:*'],
    ['AKE', '__keyspace@0__:quantum:permit:*'],
    ['E$', '__keyevent@0__:set'],
    ['AE', '__keyevent@0__:set'],
  ])('with notify-keyspace-events %j: %s', (flags, channels) => {
    expect(permitChannels(flags, 0)).toBe(channels);
  });

  it('names the database', () => {
    expect(permitChannels('K$', 7)).toBe('__keyspace@7__:quantum:permit:*');
    expect(permitChannels('E$', 7)).toBe('__keyevent@7__:set');
  });
});

describe('announcedPlan', () => {
  it.each([
    ['__keyspace@0__:quantum:permit:p1', 'set', 'p1'],
    ['__keyspace@12__:quantum:permit:a:b', 'del', 'a:b'],
    ['__keyevent@0__:set', 'quantum:permit:p1', 'p1'],
    ['__keyevent@0__:set', 'quantum:permits', undefined],
    ['__keyevent@0__:set', 'xquantum:permit:p1', undefined],
    ['__keyevent@0__:set', '', undefined],
  ])('%s %s: %s', (channel, message, planId) => {
    expect(announcedPlan(channel, message)).toBe(planId);
  });
});
