import luaparse from 'luaparse';
import type {
  CallExpression,
  Chunk,
  Expression,
  ForGenericStatement,
  FunctionDeclaration,
  IndexExpression,
  MemberExpression,
  Node,
} from 'luaparse';

/** An expression where it is evaluated; of several results the one at `at`, from 0. A `for` counts: `number`. */
export interface Value {
  expr: Expression | 'number';
  scope: Scope;
  at: number;
  /** An element of the value rather than itself. */
  isElement?: boolean;
}

/** What may be assigned to a name and, where it is a table, to its elements. */
export interface Variable {
  values: Value[];
  elements: Value[];
}

/** The names of a function, or of a file outside of functions. */
export interface Scope {
  file: string;
  names: Map<string, Variable>;
  parent: Scope | undefined;
  returns: Value[][];
}

interface Call {
  call: CallExpression;
  scope: Scope;
}

/**
 * The names in all files, and what may be assigned to them. A name that a file does not declare may be one of another
 * that it is joined with.
 */
export class LuaNames {
  readonly calls: Call[] = [];
  readonly #files: Scope[] = [];
  readonly #bodies = new Map<Expression | FunctionDeclaration, Scope>();

  constructor(texts: Readonly<Record<string, string>>) {
    for (const [file, text] of Object.entries(texts)) {
      const scope: Scope = { file, names: new Map(), parent: undefined, returns: [] };
      this.#files.push(scope);
      this.#walk(parse(text), scope);
    }
    // Functions are handed to others: what those call them with is known once they are bound.
    while (this.calls.filter((call) => this.#bindParameters(call)).length > 0);
  }

  /** Every variable that a name may mean. */
  find(name: string, scope: Scope): Variable[] {
    for (let at: Scope | undefined = scope; at; at = at.parent) {
      const own = at.names.get(name);
      if (own) return [own];
    }
    return this.#files.flatMap(({ names }) => names.get(name) ?? []);
  }

  /** The bodies of the functions that a name may mean. */
  functions(name: string, scope: Scope): { body: Scope; parameters: string[] }[] {
    const values = this.find(name, scope).flatMap((variable) => variable.values);
    return values.flatMap(({ expr }) => {
      const body = expr === 'number' ? undefined : this.#bodies.get(expr);
      return body && typeof expr === 'object' && expr.type === 'FunctionDeclaration'
        ? [{ body, parameters: parametersOf(expr) }]
        : [];
    });
  }

  /** Whether that added anything. */
  #bindParameters({ call, scope }: Call): boolean {
    const isPcall = nameOf(call.base) === 'pcall';
    const [callee, args] = isPcall ? [call.arguments[0], call.arguments.slice(1)] : [call.base, call.arguments];
    if (callee?.type !== 'Identifier') return false;
    let isNew = false;
    for (const { body, parameters } of this.functions(callee.name, scope)) {
      args.forEach((expr, i) => {
        const { values } = variable(body, parameters[i] ?? '...');
        if (values.some((value) => value.expr === expr)) return;
        values.push({ expr, scope, at: 0 });
        isNew = true;
      });
    }
    return isNew;
  }

  #walk(node: Node, scope: Scope): void {
    if (node.type === 'FunctionDeclaration') {
      this.#enter(node, scope);
      return;
    }
    if (node.type === 'ReturnStatement') scope.returns.push(node.arguments.map((expr) => ({ expr, scope, at: 0 })));
    if (node.type === 'CallExpression') this.calls.push({ call: node, scope });
    if (node.type === 'LocalStatement' || node.type === 'AssignmentStatement') {
      const isLocal = node.type === 'LocalStatement';
      node.variables.forEach((target, i) => {
        assign(target, resultAt(node.init, i, scope), scope, isLocal);
      });
    }
    if (node.type === 'ForNumericStatement') assign(node.variable, { expr: 'number', scope, at: 0 }, scope, true);
    if (node.type === 'ForGenericStatement') assignInTurn(node, scope);
    for (const child of childrenOf(node)) this.#walk(child, scope);
  }

  #enter(node: FunctionDeclaration, scope: Scope): void {
    const body: Scope = { file: scope.file, names: new Map(), parent: scope, returns: [] };
    this.#bodies.set(node, body);
    if (node.identifier) assign(node.identifier, { expr: node, scope, at: 0 }, scope, true);
    for (const name of parametersOf(node)) variable(body, name);
    for (const statement of node.body) this.#walk(statement, body);
  }
}

/** Of `pairs` and `ipairs`. */
function assignInTurn({ variables, iterators }: ForGenericStatement, scope: Scope): void {
  const iterator = iterators[0] as CallExpression;
  const isList = nameOf(iterator.base) === 'ipairs';
  const list = iterator.arguments[0] ?? NOTHING;
  const [key, element] = variables;
  if (key) assign(key, { expr: isList ? 'number' : NOTHING, scope, at: 0 }, scope, true); // other keys are names
  if (element) assign(element, { expr: list, scope, at: 0, isElement: true }, scope, true);
}

/** "redis.call" */
export const nameOf = (node: Expression): string => {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' ? `${nameOf(node.base)}.${node.identifier.name}` : '';
};

export const isIndex = (node: Node): node is IndexExpression | MemberExpression =>
  node.type === 'IndexExpression' || node.type === 'MemberExpression';

/** `$NAME` is filled in by TypeScript, with a whole number or with fields whose values are texts. */
const parse = (text: string): Chunk =>
  luaparse.parse(text.replace(/^#!lua/, '--').replace(/\$[A-Z_]+/g, '0'), { luaVersion: '5.1', locations: true });

const parametersOf = ({ parameters }: FunctionDeclaration): string[] =>
  parameters.map((parameter) => (parameter.type === 'Identifier' ? parameter.name : '...'));

function variable(scope: Scope, name: string): Variable {
  const found = scope.names.get(name) ?? { values: [], elements: [] };
  scope.names.set(name, found);
  return found;
}

function assign(target: Node, value: Value, scope: Scope, isLocal: boolean): void {
  if (isIndex(target)) {
    let base: Expression = target.base;
    while (isIndex(base)) base = base.base;
    if (base.type === 'Identifier') variable(owner(scope, base.name), base.name).elements.push(value);
  } else if (target.type === 'Identifier') {
    variable(isLocal ? scope : owner(scope, target.name), target.name).values.push(value);
  }
}

/** The scope that declares a name, else the one that uses it. */
function owner(scope: Scope, name: string): Scope {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at.names.has(name)) return at;
  return scope;
}

const NOTHING = { type: 'NilLiteral', value: null, raw: 'nil' } as Expression;

function resultAt(init: readonly Expression[], i: number, scope: Scope): Value {
  const last = init.length - 1;
  if (last < 0) return { expr: NOTHING, scope, at: 0 };
  return i < last
    ? { expr: init[i] as Expression, scope, at: 0 }
    : { expr: init[last] as Expression, scope, at: i - last };
}

const childrenOf = (node: Node): Node[] =>
  Object.values(node)
    .flat()
    .filter((child): child is Node => typeof child === 'object' && child !== null && 'type' in child);
