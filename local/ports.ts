import { randomInt } from 'node:crypto';
import { type AddressInfo, createServer, type Server } from 'node:net';

/**
 * A loopback port that was free a moment ago. It lies below those that systems give to whoever asks for any, so that no
 * connection takes it before it is used, or while whoever uses it is being started again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    try {
      const port = await listen(server, randomInt(15_000, 30_000));
      await new Promise((resolve) => server.close(resolve));
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

/** The port that was asked for, 3000 when none was; undefined for what is no port. */
export const portFrom = (asked: string | undefined): number | undefined => {
  const port = Number(asked || 3000);
  return /^\d*$/.test(asked ?? '') && port <= 65_535 ? port : undefined;
};

/** Opens a server on loopback only; answers its port. */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}
