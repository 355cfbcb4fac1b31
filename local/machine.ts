/** The whole system on one machine: everything that the template declares, started in an order that needs no retries. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { loadStacks } from './assembly.ts';
import { type Controls, startControl } from './control.ts';
import { watchDisk } from './disk.ts';
import { serveDocs } from './docs-page.ts';
import { crossOriginOf } from './doors.ts';
import { ensureTable, startStore } from './dynamodb.ts';
import type { Endpoints } from './endpoints.ts';
import { createFunctions, type Functions } from './functions.ts';
import { createHttpApi } from './http-api.ts';
import { routesOf } from './http-routes.ts';
import { readIdentities } from './identities.ts';
import { createIdentity } from './identity.ts';
import type { JsonObject } from './intrinsics.ts';
import { keyOperations, secretFile } from './keys.ts';
import { startObjects } from './objects.ts';
import { throttleOf } from './overload.ts';
import { openQueues } from './queues.ts';
import { scannerVariables } from './scanner.ts';
import { startSchedules } from './schedules.ts';
import { createMachines } from './state-machines.ts';
import { stepFunctionsOperations } from './step-functions-api.ts';
import { startMapping } from './streams.ts';
import { type LocalResource, resourcesOf } from './template.ts';
import { openClock } from './virtual-clock.ts';

export interface Machine {
  readonly endpoints: Endpoints;
  readonly functions: Functions;
  stop(): Promise<void>;
}

export interface MachineOptions {
  /** Data folder, already locked. */
  readonly folder: string;
  readonly port: number;
  /** Runs when the tables are there and before anything else uses them. */
  seed(tables: { readonly petitionsTable: string; readonly endpoint: string }): Promise<void>;
  /** The store ended by itself. */
  onStoreExit(code: number | null): void;
}

/** Run here. */
const RUN = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::KMS::Key',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::Scheduler::Schedule',
  'AWS::StepFunctions::StateMachine',
];

/** Permissions, alarms and logs mean nothing on one machine. */
const IGNORED = [
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::ScheduleGroup',
];

export async function startMachine({ folder, port, seed, onStoreExit }: MachineOptions): Promise<Machine> {
  const baseUrl = `http://127.0.0.1:${port}`;
  const closers: (() => unknown)[] = [];
  const stop = async () => {
    for (const close of closers.reverse().splice(0)) await close();
  };
  try {
    const controls: Controls = {};
    const loading = loadStacks(`${baseUrl}/oidc`);
    loading.catch(() => {}); // told below, once what has started can be stopped again
    const store = await startStore(folder, onStoreExit);
    closers.push(store.stop);
    const control = await startControl(controls);
    closers.push(control.close);
    const stacks = await loading;
    const resources = resourcesOf(stacks);
    refuseUnknown(resources);
    const ofType = (...types: readonly string[]) => resources.filter(({ type }) => types.includes(type));

    const tables = ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');
    await Promise.all(tables.map((table) => ensureTable(store.endpoint, table)));
    const tableNames = tableNamesOf(tables, ofType('AWS::Lambda::Function'));
    await seed({ petitionsTable: tableNames.PETITIONS_TABLE ?? '', endpoint: store.endpoint });

    const clock = openClock(folder);
    // Whoever has this key reads and writes objects, and signs for others to do so.
    const secret = secretFile(join(folder, 'keys', 'access-key'), () => randomBytes(30).toString('base64url'));
    const accessKey = { id: 'local', secret: secret.toString('utf8') };
    const rules = ofType('AWS::Events::Rule');
    const objects = await startObjects({
      folder,
      buckets: ofType('AWS::S3::Bucket'),
      rules: rules.filter(({ properties }) => properties.EventPattern !== undefined),
      key: accessKey,
      now: () => Date.now() + clock.offset(),
    });
    closers.push(objects.close);
    const functions = createFunctions(
      ofType('AWS::Lambda::Function'),
      {
        AWS_ENDPOINT_URL_DYNAMODB: store.endpoint,
        AWS_ENDPOINT_URL_SFN: control.url,
        AWS_ENDPOINT_URL_KMS: control.url,
        AWS_ENDPOINT_URL_S3: objects.url,
        AWS_ACCESS_KEY_ID: accessKey.id,
        AWS_SECRET_ACCESS_KEY: accessKey.secret,
        // As `-c limits=…` does in the cloud; here for measurements, which ask more than any officer.
        ...(process.env.LIMITS ? { LIMITS: process.env.LIMITS } : {}),
        ...scannerVariables(),
      },
      clock.shared,
    );
    closers.push(functions.close);
    const machines = createMachines(definitionsOf(ofType('AWS::StepFunctions::StateMachine')), functions.invoke);
    control.offer(stepFunctionsOperations(machines));
    control.offer(keyOperations(folder, ofType('AWS::KMS::Key')));

    const queues = openQueues(folder, ofType('AWS::SQS::Queue'));
    objects.tell({ functions, queues });
    const context = { folder, endpoint: store.endpoint, tables, functions, queues };
    const mappings = ofType('AWS::Lambda::EventSourceMapping').map((one) => startMapping(one, context));
    for (const mapping of mappings) closers.push(mapping.close);
    functions.onInvoked((name) => {
      // Whatever ran may have written; a mapping's own function tells its mapping nothing new.
      for (const mapping of mappings) if (mapping.name !== name) mapping.wake();
    });
    closers.push(startSchedules([...ofType('AWS::Scheduler::Schedule'), ...rules].filter(isTimed), functions));
    Object.assign(controls, { clock, functions, machines, queues, mappings });

    const oidc = createIdentity(baseUrl, folder, readIdentities());
    const api = createHttpApi({
      routes: routesOf(resources),
      functions,
      clock,
      crossOrigin: crossOriginOf(resources),
      disk: watchDisk(folder),
      throttle: throttleOf(resources),
      sideDoors: { oidc, docs: serveDocs },
    });
    await api.listen(port);
    closers.push(api.close);
    return {
      functions,
      stop,
      endpoints: {
        baseUrl,
        dynamodb: store.endpoint,
        sfn: control.url,
        s3: objects.url,
        control: control.url,
        pid: process.pid,
        tables: tableNames,
        stateMachines: stateMachinesOf(ofType('AWS::Lambda::Function')),
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function refuseUnknown(resources: readonly LocalResource[]): void {
  const unknown = resources.filter(({ type }) => !RUN.includes(type) && !IGNORED.includes(type));
  if (unknown.length === 0) return;
  const list = unknown.map(({ type, path }) => `  ${type}  ${path}`).join('\n');
  throw new Error(
    `The local machine neither runs nor ignores these resources of the template:\n${list}\n` +
      `Add each type to ${join('local', 'machine.ts')}.`,
  );
}

/** A rule may also listen for events (object-events.ts). */
function isTimed({ properties }: LocalResource): boolean {
  return properties.ScheduleExpression !== undefined;
}

function definitionsOf(machines: readonly LocalResource[]): ReadonlyMap<string, string> {
  return new Map(
    machines.map(({ arn, logicalId, properties }) => {
      const { DefinitionString, DefinitionSubstitutions } = properties;
      if (typeof DefinitionString !== 'string') throw new Error(`${logicalId}: only a DefinitionString runs here`);
      const text = Object.entries((DefinitionSubstitutions ?? {}) as JsonObject).reduce(
        (definition, [name, value]) => definition.replaceAll(`\${${name}}`, String(value)),
        DefinitionString,
      );
      return [arn, text];
    }),
  );
}

/** `PETITIONS_TABLE` → physical name, as the functions' environments say; and logical id → physical name. */
function tableNamesOf(tables: readonly LocalResource[], functions: readonly LocalResource[]): Record<string, string> {
  const names = new Set(tables.map(({ name }) => name));
  const variables = functions.flatMap(({ properties }) =>
    Object.entries((properties.Environment as JsonObject | undefined)?.Variables ?? {}),
  );
  return Object.fromEntries([
    ...tables.map(({ logicalId, name }) => [logicalId, name]),
    ...variables.filter(([, value]) => names.has(String(value))).map(([variable, value]) => [variable, String(value)]),
  ]);
}

/** Stage → ARN, as the functions' environments say. */
function stateMachinesOf(functions: readonly LocalResource[]): Record<string, string> {
  for (const { properties } of functions) {
    const variables = (properties.Environment as JsonObject | undefined)?.Variables as JsonObject | undefined;
    if (variables?.STATE_MACHINES !== undefined) return JSON.parse(String(variables.STATE_MACHINES));
  }
  return {};
}
