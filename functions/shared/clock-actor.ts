import { clockId } from '../../domain/limits.ts';
import type { EventActor } from '../../domain/ports.ts';

/** The sweep acts for nobody but the calendar. */
export const clockActor: EventActor = { id: clockId, unit: '', role: 'system' };
