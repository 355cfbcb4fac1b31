import { connect } from 'node:net';

/** Sends bytes as they are and reads until the other side has answered once or has closed. For what no client would send. */
export const rawHttp = (port: number, request: string, waitMs = 5000): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      const end = answer.indexOf('\r\n\r\n') + 4;
      const length = Number(/^content-length: (\d+)/im.exec(answer.slice(0, end))?.[1] ?? Number.NaN);
      if (end > 3 && (answer.length - end >= length || answer.endsWith('\r\n0\r\n\r\n'))) socket.end();
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(answer) : reject(error),
    );
  });

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
