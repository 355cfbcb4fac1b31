import { Aws, Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** Alarms that somebody is told about, through one topic. */
export class Alarms extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { displayName: 'Xinfang alarms', enforceSSL: true });
    // The policy that `enforceSSL` adds replaces the default one, under which CloudWatch could publish.
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }

  /** Rings when the metric goes above `limit` in any five minutes; no data is good news. */
  above(id: string, limit: number, description: string, metric: cloudwatch.Metric): void {
    this.#told(id, {
      alarmDescription: description,
      metric: metric.with({ period: Duration.minutes(5) }),
      threshold: limit,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  /** Rings when the metric counts nothing for so long: no data is bad news here. */
  silent(id: string, period: Duration, description: string, metric: cloudwatch.Metric): void {
    this.#told(id, {
      alarmDescription: description,
      metric: metric.with({ period }),
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
  }

  #told(id: string, props: cloudwatch.AlarmProps): void {
    new cloudwatch.Alarm(this, id, props).addAlarmAction(new SnsAction(this.topic));
  }
}
