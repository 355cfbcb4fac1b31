import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { SuiteName } from '../adapters/envelope.ts';
import { beatFilter, headFilter, signalFilter } from '../adapters/tables.ts';
import { type Stage, stages } from '../domain/workflow/signals.ts';
import type { Limits } from '../functions/shared/limits.ts';
import { functionNames } from './bundle.ts';
import { ActorFunction } from './constructs/actor-function.ts';
import { Alarms } from './constructs/alarms.ts';
import { Workflow } from './constructs/workflow.ts';
import type { DataStack } from './data-stack.ts';
import { type FunctionSpec, functions } from './functions.ts';
import { machineName, type Resources, statementsFor } from './permissions.ts';
import { routesByFunction } from './routes.ts';

export interface AppStackProps extends StackProps {
  readonly data: DataStack;
  /** OIDC issuer (RS256) of the tokens. */
  readonly issuer: string;
  /** With which personal data is sealed (adapters/envelope.ts). */
  readonly suite: SuiteName;
  readonly arm64: boolean;
  /** What differs from the defaults of functions/shared/limits.ts. */
  readonly limits: Partial<Limits>;
  /** Lambda has no tracing in China. */
  readonly tracing: boolean;
  /** Where uploaded files are scanned; without it they stay in quarantine. */
  readonly clamd?: Clamd;
}

/** A clamd that the scan reaches by TCP, as a rule inside a VPC with endpoints for S3 and DynamoDB. */
export interface Clamd {
  /** `host:port`. */
  readonly address: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** Everything without state: can be destroyed and deployed again while petitions wait. */
export class AppStack extends Stack {
  readonly #props: AppStackProps;
  readonly #alarms: Alarms;
  readonly #resources: Resources;
  readonly #functions = new Map<string, ActorFunction>();

  constructor(scope: Construct, id: string, props: AppStackProps) {
    super(scope, id, props);
    const { data, tracing } = props;
    this.#props = props;
    this.#alarms = new Alarms(this, 'Alarms');
    this.#resources = {
      petitionsArn: data.petitions.tableArn,
      historyArn: data.history.tableArn,
      lookupKeyArn: data.lookupKey.keyArn,
      personalDataKeyArn: data.personalDataKey.keyArn,
      anchorBucketArn: data.anchors.bucketArn,
      checkpointKeyArn: data.checkpointKey.keyArn,
      quarantineArn: data.quarantine.bucketArn,
      evidenceArn: data.evidence.bucketArn,
      importsArn: data.imports.bucketArn,
      machinePrefix: this.stackName,
    };

    const openStep = this.#function('open-step');
    const machines = stages.map((stage) => {
      const name = machineName(this.stackName, stage);
      const functions = { OpenStep: openStep.function };
      return { stage, ...new Workflow(this, `${pascal(stage)}Workflow`, { stage, name, functions, tracing }) };
    });
    const stateMachines = this.toJsonString(
      Object.fromEntries(machines.map(({ stage, machine }) => [stage, machine.stateMachineArn])) as Record<
        Stage,
        string
      >,
    );

    for (const name of functionNames()) if (name !== 'open-step') this.#function(name, stateMachines);
    const deadLetters = new sqs.Queue(this, 'DeadLetters', {
      retentionPeriod: Duration.days(14),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    this.#dispatchFromStream(data, deadLetters);
    this.#countFromStream(data, deadLetters);
    this.#watchHistory(data, deadLetters);
    const counting = functionNames().filter((name) => functions[name]?.countsAttempts);
    this.#onLine(counting, 'query-code-guessed', 'Wrong query codes were tried for one petition');
    this.#onSchedule('reconcile', 5, 'Compares open stages with running executions');
    this.#onSchedule('sweep', 15, 'Records warnings and missed limits');
    this.#onSchedule('count', 1, 'Asks how far the figures are, and counts again what could not be counted');
    this.#onSchedule('import-run', 1, 'Looks through tables that were uploaded and goes on with imports');
    this.#anchor(data, deadLetters);
    this.#scanUploads(data, deadLetters);
    // What waits is in the table, from the erasure's own transaction on: no event has to arrive.
    this.#onSchedule('erasure-finish', 15, 'Finishes erasures of petitions that were approved');

    for (const { stage, machine } of machines) {
      this.#alarms.above(`${pascal(stage)}Failed`, 0, `An execution of ${stage} failed`, machine.metricFailed());
      this.#alarms.above(
        `${pascal(stage)}TimedOut`,
        0,
        `An execution of ${stage} was ended after a year; reconcile starts it again`,
        machine.metricTimedOut(),
      );
    }
    // Of the whole account, whose executions all functions share.
    this.#alarms.above(
      'FunctionsThrottled',
      0,
      'Requests were answered 503, or signals and steps came late, because too many functions ran at once',
      new cloudwatch.Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: cloudwatch.Stats.SUM }),
    );
    new CfnOutput(this, 'AlarmTopic', { value: this.#alarms.topic.topicArn });
  }

  #function(folder: string, stateMachines?: string): ActorFunction {
    const spec = functions[folder];
    if (!spec) throw new Error(`functions/${folder} has no line in infra/functions.ts, so it may do nothing.`);
    const added = new ActorFunction(this, pascal(folder), {
      folder,
      spec,
      statements: statementsFor(spec, this.#resources),
      environment: this.#environment(folder, spec, stateMachines),
      architecture: this.#props.arm64 ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64,
      tracing: this.#props.tracing,
    });
    this.#functions.set(folder, added);
    this.#alarms.above(`${pascal(folder)}Errors`, 0, `${folder} failed`, added.function.metricErrors());
    return added;
  }

  /** @throws Error where there is no such folder */
  functionOf(folder: string): lambda.IFunction {
    return this.#added(folder).function;
  }

  #added(folder: string): ActorFunction {
    const added = this.#functions.get(folder);
    if (!added) throw new Error(`functions/${folder} has no index.ts.`);
    return added;
  }

  #environment(folder: string, spec: FunctionSpec, stateMachines: string | undefined): Record<string, string> {
    const { data, issuer, limits, suite, clamd } = this.#props;
    return {
      ...(Object.keys(limits).length > 0 && routesByFunction.get(folder)?.length
        ? { LIMITS: JSON.stringify(limits) }
        : {}),
      ...(spec.record === 'none' ? {} : { HISTORY_TABLE: data.history.tableName }),
      ...(spec.record === 'none' && spec.anchor === undefined ? {} : { PETITIONS_TABLE: data.petitions.tableName }),
      ...(spec.anchor === 'append'
        ? { ANCHOR_BUCKET: data.anchors.bucketName, CHECKPOINT_KEY_ID: data.checkpointKey.keyArn }
        : {}),
      ...(spec.issuer ? { ISSUER: issuer } : {}),
      ...(spec.personalData === undefined
        ? {}
        : { PERSONAL_DATA_KEY_ID: data.personalDataKey.keyArn, ENCRYPTION_SUITE: suite }),
      ...(spec.hashes ? { LOOKUP_KEY_ID: data.lookupKey.keyArn } : {}),
      ...(spec.files === undefined
        ? {}
        : { QUARANTINE_BUCKET: data.quarantine.bucketName, EVIDENCE_BUCKET: data.evidence.bucketName }),
      ...(spec.files === 'sign' || spec.files === 'take' || spec.files === 'serve'
        ? {
            QUARANTINE_DOMAIN: data.quarantine.bucketRegionalDomainName,
            EVIDENCE_DOMAIN: data.evidence.bucketRegionalDomainName,
          }
        : {}),
      ...(spec.imports === undefined ? {} : { IMPORT_BUCKET: data.imports.bucketName }),
      ...(spec.imports === 'bring' ? { IMPORT_DOMAIN: data.imports.bucketRegionalDomainName } : {}),
      ...(spec.files === 'scan' && clamd !== undefined ? { CLAMD_ADDRESS: clamd.address } : {}),
      // `open-step` only answers tokens; a reference from it to the machines that invoke it would be a circle.
      ...(spec.workflow === undefined || stateMachines === undefined ? {} : { STATE_MACHINES: stateMachines }),
    };
  }

  #dispatchFromStream({ petitions }: DataStack, deadLetters: sqs.IQueue): void {
    const dispatch = this.#added('dispatch');
    dispatch.function.addEventSource(
      new DynamoEventSource(table(petitions), {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        batchSize: 25,
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        retryAttempts: 8,
        filters: [lambda.FilterCriteria.filter(signalFilter)],
        onFailure: new SqsDlq(deadLetters),
      }),
    );
    this.#alarms.above(
      'DeadLettersWaiting',
      0,
      'A commit never reached the workflow or the figures, or an upload was given up on; the schedules and a recount repair what they can, the cause needs a person',
      deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM }),
    );
    this.#alarms.above(
      'DispatchLate',
      Duration.minutes(1).toMilliseconds(),
      'Signals wait more than a minute in the stream',
      dispatch.function.metric('IteratorAge', { statistic: cloudwatch.Stats.MAXIMUM }),
    );
    this.#onLine(['dispatch'], 'conflicting-decision', 'A signal says something else than the record');
  }

  /** An alarm for what functions log as one. */
  #onLine(folders: readonly string[], alarm: string, description: string): void {
    const metricName = pascal(alarm);
    const filters = folders.map(
      (folder) =>
        new logs.MetricFilter(this, `${pascal(folder)}${metricName}`, {
          logGroup: this.#added(folder).logGroup,
          filterPattern: logs.FilterPattern.stringValue('$.message.alarm', '=', alarm),
          metricNamespace: this.stackName,
          metricName,
          defaultValue: 0,
        }),
    );
    const [lines] = filters;
    if (lines === undefined) throw new Error(`Nobody logs ${alarm}.`);
    this.#alarms.above(`${metricName}Logged`, 0, description, lines.metric({ statistic: cloudwatch.Stats.SUM }));
  }

  /** Every commit moves a head; what counts of its stream is read from the history. */
  #countFromStream({ petitions }: DataStack, deadLetters: sqs.IQueue): void {
    const count = this.#added('count');
    count.function.addEventSource(
      new DynamoEventSource(table(petitions), {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        // Several commits of one petition are counted once; nobody waits for a figure.
        maxBatchingWindow: Duration.seconds(20),
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        // What cannot be counted is let wait by the function itself: what fails here is a store that does not answer.
        retryAttempts: 100,
        filters: [lambda.FilterCriteria.filter(headFilter), lambda.FilterCriteria.filter(beatFilter)],
        onFailure: new SqsDlq(deadLetters),
      }),
    );
    this.#alarms.above(
      'FiguresLate',
      Duration.minutes(10).toMilliseconds(),
      'Figures are more than ten minutes behind the record',
      count.function.metric('IteratorAge', { statistic: cloudwatch.Stats.MAXIMUM }),
    );
    this.#onLine(['count'], 'uncounted', 'What was recorded could not be counted, nor when it was tried again');
  }

  #watchHistory({ history }: DataStack, deadLetters: sqs.IQueue): void {
    const tripwire = this.#added('tripwire');
    tripwire.function.addEventSource(
      new DynamoEventSource(table(history), {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        retryAttempts: 3,
        filters: [lambda.FilterCriteria.filter({ eventName: lambda.FilterRule.or('MODIFY', 'REMOVE') })],
        onFailure: new SqsDlq(deadLetters),
      }),
    );
    this.#alarms.above(
      'HistoryTampered',
      0,
      'A fact of the history was changed or removed; the log of the tripwire says which',
      tripwire.function.metricInvocations(),
    );
  }

  #anchor({ history }: DataStack, deadLetters: sqs.IQueue): void {
    const collect = this.#added('anchor-collect');
    collect.function.addEventSource(
      new DynamoEventSource(table(history), {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        bisectBatchOnError: true,
        retryAttempts: 100,
        filters: [lambda.FilterCriteria.filter({ eventName: lambda.FilterRule.isEqual('INSERT') })],
        onFailure: new SqsDlq(deadLetters),
      }),
    );
    this.#alarms.above(
      'AnchorCollectLate',
      Duration.minutes(10).toMilliseconds(),
      'Heads wait more than ten minutes before they even wait for the anchor',
      collect.function.metric('IteratorAge', { statistic: cloudwatch.Stats.MAXIMUM }),
    );
    const anchor = this.#onSchedule(
      'anchor',
      10,
      'Gives the heads that moved to the log and its checkpoint to the bucket',
    );
    const lag = new logs.MetricFilter(this, 'AnchorLag', {
      logGroup: anchor.logGroup,
      filterPattern: logs.FilterPattern.exists('$.message.lagSeconds'),
      metricNamespace: this.stackName,
      metricName: 'AnchorLagSeconds',
      metricValue: '$.message.lagSeconds',
    });
    this.#alarms.above(
      'AnchorLate',
      Duration.hours(1).toSeconds(),
      'A head waited more than an hour for the anchor',
      lag.metric({ statistic: cloudwatch.Stats.MAXIMUM }),
    );
    this.#alarms.silent(
      'AnchorSilent',
      Duration.hours(1),
      'The anchor has not run for an hour',
      anchor.function.metricInvocations({ statistic: cloudwatch.Stats.SUM }),
    );
  }

  /** By EventBridge, so that the stack of the data knows nothing of this function; the schedule finds what got lost. */
  #scanUploads({ quarantine }: DataStack, deadLetters: sqs.IQueue): void {
    const scan = this.#added('evidence-scan');
    new events.Rule(this, 'Uploaded', {
      description: 'A file was uploaded into quarantine',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [quarantine.bucketName] } },
      },
      targets: [
        new LambdaFunction(scan.function, {
          retryAttempts: 8,
          maxEventAge: Duration.hours(2),
          deadLetterQueue: deadLetters,
        }),
      ],
    });
    this.#onSchedule('evidence-scan', 15, 'Looks at what lies in quarantine without having been looked at');
    const { clamd } = this.#props;
    if (clamd !== undefined) scan.reachNetwork(clamd);
  }

  #onSchedule(folder: string, minutes: number, description: string): ActorFunction {
    const scheduled = this.#added(folder);
    new scheduler.Schedule(this, `${pascal(folder)}${String(minutes)}Minutes`, {
      description,
      schedule: scheduler.ScheduleExpression.rate(Duration.minutes(minutes)),
      target: new LambdaInvoke(scheduled.function, { retryAttempts: 0, maxEventAge: Duration.minutes(minutes) }),
    });
    return scheduled;
  }
}

/** The library's own Table does not fit its own ITable under `exactOptionalPropertyTypes`. */
const table = (own: Table): ITable => own as ITable;

const pascal = (name: string): string => name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
