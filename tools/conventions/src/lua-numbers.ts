import type { CallExpression, Expression } from 'luaparse';
import { isIndex, LuaNames, nameOf, type Scope, type Value, type Variable } from './lua-names.ts';

const COMMAND = /^redis\.p?call$/;
const GIVES_TEXT = /^(string\.(format|sub|rep|match|gsub|lower|upper)|tostring|type|cjson\.encode)$/;
const ARITHMETIC = new Set(['+', '-', '*', '/', '%', '^']);

/**
 * Finds where Lua scripts hand numbers to commands, as "file:line: command". How a number becomes text differs between
 * servers: of a fraction, Redis 7.0 prints 17 digits, and newer ones as few as give the same number again.
 * `string.format` makes a text of it that is the same everywhere. Literal whole numbers, lengths and what commands
 * reply are the same too. A name counts as a number if anything that is assigned to it may be one.
 *
 * @param texts of .lua files by name
 */
export function numbersHanded(texts: Readonly<Record<string, string>>): string[] {
  const judge = new Judge(new LuaNames(texts));
  return judge.names.calls.flatMap(({ call, scope }) => {
    if (!judge.runsCommand(call.base, scope)) return [];
    const line = call.loc?.start.line ?? 0;
    const first = call.arguments[0];
    const command = first?.type === 'StringLiteral' ? first.raw.slice(1, -1) : '...';
    return call.arguments
      .filter((expr) => judge.isNumber({ expr, scope, at: 0 }))
      .map((expr) => `${scope.file}:${line}: ${command}, argument ${call.arguments.indexOf(expr)}`);
  });
}

class Judge {
  readonly #asked = new Set<Expression | string>();

  readonly names: LuaNames;

  constructor(names: LuaNames) {
    this.names = names;
  }

  /** Whether a function is redis.call or redis.pcall, or a name for one of them. */
  runsCommand(base: Expression, scope: Scope): boolean {
    if (COMMAND.test(nameOf(base))) return true;
    if (base.type !== 'Identifier') return false;
    return this.names
      .find(base.name, scope)
      .some(({ values }) => values.some(({ expr }) => expr !== 'number' && COMMAND.test(nameOf(expr))));
  }

  isNumber(value: Value): boolean {
    const { expr, scope } = value;
    if (expr === 'number') return true;
    if (value.isElement) return this.#hasNumber(value);
    if (expr.type === 'NumericLiteral') return !Number.isSafeInteger(expr.value);
    if (expr.type === 'UnaryExpression') {
      if (expr.argument.type === 'NumericLiteral') return this.isNumber({ ...value, expr: expr.argument });
      return expr.operator === '-';
    }
    if (expr.type === 'BinaryExpression') return ARITHMETIC.has(expr.operator);
    if (expr.type === 'LogicalExpression') return [expr.left, expr.right].some((side) => this.isNumber({ ...value, expr: side })); // prettier-ignore
    if (expr.type === 'Identifier' || expr.type === 'VarargLiteral') {
      const variables = this.names.find(expr.type === 'Identifier' ? expr.name : '...', scope);
      return this.#once(expr, () => variables.some(({ values }) => values.some((one) => this.isNumber(one))));
    }
    if (isIndex(expr)) return this.#hasNumber({ ...value, expr: expr.base });
    return expr.type === 'CallExpression' && this.#answers(expr, value, (one) => this.isNumber(one));
  }

  /** Whether an element of a list or table may be a number. */
  #hasNumber(value: Value): boolean {
    const { expr, scope } = value;
    if (expr === 'number') return false;
    if (expr.type === 'TableConstructorExpression') {
      return expr.fields.some((field) => this.isNumber({ expr: field.value, scope, at: 0 }));
    }
    if (expr.type === 'LogicalExpression') return [expr.left, expr.right].some((side) => this.#hasNumber({ ...value, expr: side })); // prettier-ignore
    if (isIndex(expr)) return this.#hasNumber({ ...value, expr: expr.base });
    if (expr.type === 'Identifier') {
      const variables = this.names.find(expr.name, scope);
      const isIn = ({ values, elements }: Variable) =>
        elements.some((one) => this.isNumber(one) || this.#hasNumber(one)) ||
        values.some((one) => this.#hasNumber(one));
      return this.#once(`elements of ${expr.name}`, () => variables.some(isIn));
    }
    if (expr.type !== 'CallExpression') return false;
    return nameOf(expr.base) === 'cjson.decode' || this.#answers(expr, value, (one) => this.#hasNumber(one));
  }

  /** What a call answers at the place of the value: nothing is known of functions that are not ours, but of a few. */
  #answers(call: CallExpression, { scope, at }: Value, holds: (value: Value) => boolean): boolean {
    if (this.runsCommand(call.base, scope)) return false;
    const name = nameOf(call.base);
    if (GIVES_TEXT.test(name)) return false;
    if (name === 'unpack') return this.#hasNumber({ expr: call.arguments[0] as Expression, scope, at: 0 });
    const functions = this.names.functions(name, scope);
    if (functions.length === 0) return true;
    return this.#once(call, () =>
      functions.some(({ body }) =>
        body.returns.some((values) => {
          const one = values[at];
          return one !== undefined && holds(one);
        }),
      ),
    );
  }

  /** What refers to itself adds nothing. */
  #once(what: Expression | string, ask: () => boolean): boolean {
    if (this.#asked.has(what)) return false;
    this.#asked.add(what);
    try {
      return ask();
    } finally {
      this.#asked.delete(what);
    }
  }
}
