/** CloudFormation's intrinsic functions, evaluated over templates as they stand. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface Template {
  readonly Parameters?: { readonly [name: string]: { readonly Type?: string; readonly Default?: Json } };
  readonly Conditions?: { readonly [name: string]: Json };
  readonly Mappings?: { readonly [name: string]: { readonly [key: string]: JsonObject } };
  readonly Resources?: { readonly [logicalId: string]: TemplateResource };
  readonly Outputs?: { readonly [name: string]: { readonly Value: Json; readonly Export?: { readonly Name: Json } } };
}

export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: JsonObject;
  readonly Metadata?: JsonObject;
}

/** What a template sees around it. */
export interface Scope {
  readonly template: Template;
  readonly stackName: string;
  readonly pseudo: { readonly [name: string]: string };
  /** Value of `Ref` (attribute undefined) or `Fn::GetAtt` of one of the template's resources. */
  attribute(logicalId: string, attribute: string | undefined): Json;
  /** Value exported by another stack under this name; undefined if there is none. */
  imported(name: string): Json | undefined;
}

/** Evaluates every intrinsic function in `value`. Unknown functions are errors: a wrong guess would run quietly. */
export function resolve(value: Json, scope: Scope): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== NO_VALUE);
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && (only[0] === 'Ref' || only[0].startsWith('Fn::')))
    return evaluate(only[0], only[1], scope);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, resolve(item, scope)] as const).filter(([, item]) => item !== NO_VALUE),
  );
}

/** Value of a condition of the template. */
export function holds(name: string, scope: Scope): boolean {
  const condition = scope.template.Conditions?.[name];
  if (condition === undefined) throw new Error(`${scope.stackName}: there is no condition ${name}`);
  return test(condition, scope);
}

/** Stands for `AWS::NoValue` until the property that holds it is left out. */
const NO_VALUE = 'AWS::NoValue';

function evaluate(name: string, argument: Json, scope: Scope): Json {
  switch (name) {
    case 'Ref':
      return reference(text(argument), scope);
    case 'Fn::GetAtt': {
      const path = typeof argument === 'string' ? argument.split('.') : list(argument, scope).map(text);
      return scope.attribute(path[0] ?? '', path.slice(1).join('.'));
    }
    case 'Fn::Join': {
      const [delimiter, parts] = pair(argument);
      return list(parts, scope).map(text).join(text(delimiter));
    }
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::ImportValue': {
      const exported = text(resolve(argument, scope));
      const imported = scope.imported(exported);
      if (imported === undefined) throw new Error(`${scope.stackName}: no stack exports ${exported}`);
      return imported;
    }
    case 'Fn::Select': {
      const [index, from] = pair(argument);
      const selected = list(from, scope)[Number(resolve(index, scope))];
      if (selected === undefined) throw new Error(`${scope.stackName}: Fn::Select finds nothing`);
      return selected;
    }
    case 'Fn::Split': {
      const [delimiter, from] = pair(argument);
      return text(resolve(from, scope)).split(text(delimiter));
    }
    case 'Fn::ToJsonString':
      return JSON.stringify(resolve(argument, scope));
    case 'Fn::Base64':
      return Buffer.from(text(resolve(argument, scope))).toString('base64');
    case 'Fn::If': {
      if (!isArray(argument) || argument.length !== 3) throw new Error('Fn::If takes three arguments');
      return resolve(argument[holds(text(argument[0] as Json), scope) ? 1 : 2] as Json, scope);
    }
    case 'Fn::FindInMap': {
      const [map, first, second] = list(argument, scope).map(text);
      const found = scope.template.Mappings?.[map ?? '']?.[first ?? '']?.[second ?? ''];
      if (found === undefined) throw new Error(`${scope.stackName}: nothing mapped for ${map}/${first}/${second}`);
      return found;
    }
    case 'Fn::GetAZs':
      return [];
    default:
      throw new Error(`${scope.stackName}: the local machine does not know ${name}`);
  }
}

function reference(name: string, scope: Scope): Json {
  if (name === NO_VALUE) return NO_VALUE;
  const pseudo = name === 'AWS::StackName' ? scope.stackName : scope.pseudo[name];
  if (pseudo !== undefined) return pseudo;
  const parameter = scope.template.Parameters?.[name];
  if (parameter !== undefined) {
    if (parameter.Default === undefined) throw new Error(`${scope.stackName}: parameter ${name} has no default`);
    return parameter.Default;
  }
  return scope.attribute(name, undefined);
}

function substitute(argument: Json, scope: Scope): string {
  const [pattern, variables] = isArray(argument) ? [text(argument[0] as Json), argument[1]] : [text(argument), {}];
  return pattern.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    const given = (variables as JsonObject)[name];
    if (given !== undefined) return text(resolve(given, scope));
    const dot = name.indexOf('.');
    return text(dot > 0 ? scope.attribute(name.slice(0, dot), name.slice(dot + 1)) : reference(name, scope));
  });
}

function test(condition: Json, scope: Scope): boolean {
  const [[name, argument] = []] = Object.entries(condition as JsonObject);
  const all = () => list(argument as Json, scope, test);
  switch (name) {
    case 'Fn::Equals': {
      const [left, right] = pair(argument as Json);
      return JSON.stringify(resolve(left, scope)) === JSON.stringify(resolve(right, scope));
    }
    case 'Fn::And':
      return all().every(Boolean);
    case 'Fn::Or':
      return all().some(Boolean);
    case 'Fn::Not':
      return !all()[0];
    case 'Condition':
      return holds(text(argument as Json), scope);
    default:
      throw new Error(`${scope.stackName}: the local machine does not know the condition ${name}`);
  }
}

function list<T = Json>(
  value: Json,
  scope: Scope,
  each: (item: Json, scope: Scope) => T = resolve as (item: Json, scope: Scope) => T,
): readonly T[] {
  const items = isArray(value) ? value : resolve(value, scope);
  if (!isArray(items)) throw new Error(`${scope.stackName}: expected a list, found ${JSON.stringify(items)}`);
  return items.map((item) => each(item, scope));
}

function pair(value: Json): readonly [Json, Json] {
  if (!isArray(value) || value.length !== 2) throw new Error(`Expected two arguments: ${JSON.stringify(value)}`);
  return [value[0] as Json, value[1] as Json];
}

function text(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`Expected text, found ${JSON.stringify(value)}`);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
