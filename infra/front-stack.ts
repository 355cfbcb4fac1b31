import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AppStack } from './app-stack.ts';
import { HttpFront, type HttpFrontProps } from './constructs/http-front.ts';
import { routesByFunction } from './routes.ts';

export interface FrontStackProps extends StackProps, HttpFrontProps {
  readonly application: AppStack;
}

/** The HTTP API. A stack of its own, since routes alone are half of the 500 resources that one may have. */
export class FrontStack extends Stack {
  constructor(scope: Construct, id: string, { application, ...props }: FrontStackProps) {
    super(scope, id, props);
    const front = new HttpFront(this, 'Http', props);
    for (const [name, routes] of routesByFunction) {
      if (routes.length > 0) front.add(name, application.functionOf(name), routes);
    }
    front.answerTheRest(application.functionOf('reference'));
  }
}
