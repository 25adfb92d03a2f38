import { describe, expect, it } from '@jest/globals';
import { numbersHanded } from './lua-numbers.ts';

const linesOf = (...texts: string[]): string[] =>
  numbersHanded(Object.fromEntries(texts.map((text, i) => [`${i}.lua`, text])));

describe('a number handed to a command', () => {
  it.each([
    ['a fraction', "redis.call('SET', KEYS[1], 0.9)"],
    ['a sum', "redis.pcall('SET', KEYS[1], ARGV[1] + 1)"],
    ['a sum by way of a name', "local at = 1\nlocal sum = 'x'\nsum = at / 2\nredis.call('SET', KEYS[1], sum)"],
    ['what a text says', "redis.call('SET', KEYS[1], tonumber(ARGV[1]))"],
    ['one of two', "redis.call('SET', KEYS[1], ARGV[1] or -1.5)"],
    ['the largest', "redis.call('SET', KEYS[1], math.max(1, 2))"],
    ['a loop count', "for i = 1, 3, 0.5 do redis.call('SADD', KEYS[1], i) end"],
    ['a parameter', "local function put(x) redis.call('SET', KEYS[1], x) end\nput(2 * ARGV[1])"],
    [
      'a parameter of a call that may fail',
      "local function put(x) redis.call('SET', KEYS[1], x) end\npcall(put, 2 ^ 60)",
    ],
    ['an answer', "local function half() return 'x', 1 / 2 end\nlocal a, b = half()\nredis.call('SET', a, b)"],
    ['an element', "local list = {'a'}\nlist[#list + 1] = ARGV[1] * 2\nredis.call('SADD', KEYS[1], unpack(list))"],
    ['an element in turn', "for _, x in ipairs({0.5}) do redis.call('SADD', KEYS[1], x) end"],
    ['a field', "local one = {at = 0.5}\nredis.call('SADD', KEYS[1], one.at)"],
    ['what JSON has', "redis.call('SET', KEYS[1], cjson.decode(ARGV[1]).x)"],
    ['by another name of the function', "local call = redis.pcall\ncall('SET', KEYS[1], ARGV[1] / 2)"],
    ['any arguments', "local function try(at, ...) redis.pcall(...) end\ntry(1, 'SET', KEYS[1], 0.5)"],
    ['of a callback', "local function each(f) f(1 / 3) end\neach(function(x) redis.call('SADD', KEYS[1], x) end)"],
  ])('is found: %s', (_, text) => {
    expect(linesOf(text)).toHaveLength(1);
  });

  it.each([
    ['text', "redis.call('SET', KEYS[1], string.format('%.17g', ARGV[1] / 3))"],
    ['arguments', "redis.call('SET', KEYS[1], ARGV[1], 'EX', 60)"],
    ['replies', "local held = redis.call('HMGET', KEYS[1], 'a')\nredis.call('SET', KEYS[2], held[1])"],
    ['a length', "redis.call('SET', KEYS[1], #ARGV)"],
    ['a place in a list', "for i = 1, #ARGV do redis.call('SADD', KEYS[1], ARGV[i]) end"],
    ['an answer', "local function text(x) return string.format('%d', x) end\nredis.call('SET', KEYS[1], text(1 / 2))"],
    [
      'a name of its own in each function',
      "local function f() local x = 0.5 return x end\nlocal x = 'a'\nredis.call('SET', KEYS[1], x)",
    ],
    ['what refers to itself', "local cursor = '0'\ncursor = cursor\nredis.call('SCAN', cursor)"],
  ])('is not: %s', (_, text) => {
    expect(linesOf(text)).toEqual([]);
  });

  it('is found where the name is of another part of the script', () => {
    expect(linesOf('local now = tonumber(ARGV[1])', "redis.call('SET', KEYS[1], now)")).toEqual([
      '1.lua:1: SET, argument 2',
    ]);
    expect(linesOf('local function at() return 1 / 3 end', "redis.call('SET', KEYS[1], at())")).toHaveLength(1);
  });
});
