import type { EventActor } from '../../domain/ports.ts';

/** The sweep acts for nobody but the calendar. */
export const clockActor: EventActor = { id: 'clock', unit: '', role: 'system' };
