import middy from '@middy/core';

/**
 * Errors of libraries repeat what they were given: a value that did not fit, a key, a whole request. What of a message
 * cannot be somebody's data stays: words in ASCII. Quoted text, other scripts, long runs of digits or of characters as in
 * numbers, codes, tokens and keys go.
 */
const redacted = (message: string): string =>
  message
    .slice(0, 2000)
    .replaceAll(/(["'`“”‘’])(?:(?!\1)[\s\S])*\1/g, '"…"')
    .replaceAll(/[^\x20-\x7e\n]+/g, '…')
    .replaceAll(/[\w.+-]+@[\w.-]+/g, '…')
    .replaceAll(/[\w+/=.-]*\d[\w+/=.-]{4,}|[\w+/=-]{25,}/g, '…');

/** Where it happened; the first line of a stack is the message again. */
const framesOf = (stack = ''): string[] =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());

/** What the log may hold of an error. */
export const logged = (error: unknown): object => {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  const { requestId } = (error as { $metadata?: { requestId?: string } }).$metadata ?? {};
  return {
    name,
    ...(typeof code === 'string' ? { code } : {}),
    message: redacted(message),
    stack: framesOf(stack),
    ...(requestId === undefined ? {} : { requestId }),
    ...(cause instanceof Error ? { cause: { name: cause.name, message: redacted(cause.message) } } : {}),
  };
};

/** Takes out of an error what the log may not hold, for whoever logs it as it is. */
const quiet = (error: Error): void => {
  const { message, name, code, stack } = logged(error) as {
    message: string;
    name: string;
    code?: string;
    stack: string[];
  };
  Object.defineProperty(error, 'message', { value: message });
  const head = code === undefined ? name : `${name} ${code}`;
  Object.defineProperty(error, 'stack', { value: [`${head}: ${message}`, ...stack].join('\n    ') });
  Object.defineProperty(error, 'cause', { value: undefined });
};

/**
 * A handler that no person calls. What it throws, Lambda writes to the log and Step Functions into the history of the
 * execution, word for word; so the words go before. Name and class stay, by which it is retried and told.
 */
export const triggered = <Event, Result>() => {
  const made = middy<Event, Result>();
  made.use({
    onError: ({ error }) => {
      if (error instanceof Error) quiet(error);
    },
  });
  return made;
};
