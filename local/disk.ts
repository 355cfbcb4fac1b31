/** How much room the data folder's disk has left. */

import { statfsSync } from 'node:fs';

/** Measured at most so often: a request must not pay for it. */
const MEASURE_EVERY_MS = 250;

/** Kept free for what runs on by itself: the workflow's steps, checkpoints, dead letters, and the store's own tidying. */
const RESERVE_MEGABYTES = 64;

export interface Disk {
  /** Whether new writes have to wait until somebody makes room. */
  full(): boolean;
}

/** @param reserve bytes that new writes leave alone; `DISK_RESERVE_MB` or 64 megabytes when absent */
export function watchDisk(
  folder: string,
  reserve = Number(process.env.DISK_RESERVE_MB || RESERVE_MEGABYTES) * 1024 * 1024,
): Disk {
  let measuredAt = Number.NEGATIVE_INFINITY;
  let full = false;
  return {
    full: () => {
      const now = performance.now();
      if (now - measuredAt < MEASURE_EVERY_MS) return full;
      measuredAt = now;
      const { bavail, bsize } = statfsSync(folder);
      const before = full;
      full = bavail * bsize < reserve;
      if (full && !before)
        console.error(
          `磁盘空间不足，暂停写入：${folder}。 The disk is nearly full: writes are refused until there is room again.`,
        );
      if (!full && before) console.error('磁盘空间已恢复，继续写入。 There is room again: writes go on.');
      return full;
    },
  };
}
