import { routes as archive } from './archive/routes.ts';
import { routes as assembly } from './assembly/routes.ts';
import { routes as audit } from './audit/routes.ts';
import { routes as booking } from './booking/routes.ts';
import { routes as briefing } from './briefing/routes.ts';
import { routes as casework } from './casework/routes.ts';
import { routes as centre } from './centre/routes.ts';
import { routes as documents } from './documents/routes.ts';
import { routes as enquiry } from './enquiry/routes.ts';
import { routes as evidence } from './evidence/routes.ts';
import { routes as grid } from './grid/routes.ts';
import { routes as imports } from './imports/routes.ts';
import { routes as leadersOffice } from './leaders-office/routes.ts';
import { routes as mediation } from './mediation/routes.ts';
import { routes as noticeBoard } from './notice-board/routes.ts';
import { routes as operations } from './operations/routes.ts';
import { routes as petitionOffice } from './petition-office/routes.ts';
import { routes as portal } from './portal/routes.ts';
import { routes as programme } from './programme/routes.ts';
import { routes as receptionDesk } from './reception-desk/routes.ts';
import { routes as receptionRota } from './reception-rota/routes.ts';
import { routes as reference } from './reference/routes.ts';
import { routes as review } from './review/routes.ts';
import type { RouteDefinition } from './shared/route.ts';
import { routes as sponsorship } from './sponsorship/routes.ts';
import { routes as spreadsheets } from './spreadsheets/routes.ts';
import { routes as statistics } from './statistics/routes.ts';
import { routes as supervision } from './supervision/routes.ts';
import { routes as whistle } from './whistle/routes.ts';

/**
 * Every route, by the folder of the function that answers it: the HTTP API, the API's description, docs/access.md and the
 * tests are all made from this one list. A folder that declares routes and is not in it stops `synth`.
 */
export const routesByFunction: Readonly<Record<string, readonly RouteDefinition[]>> = {
  'reception-desk': receptionDesk,
  'reception-rota': receptionRota,
  'petition-office': petitionOffice,
  'leaders-office': leadersOffice,
  casework,
  mediation,
  review,
  supervision,
  sponsorship,
  briefing,
  programme,
  portal,
  booking,
  grid,
  assembly,
  whistle,
  centre,
  'notice-board': noticeBoard,
  documents,
  enquiry,
  audit,
  archive,
  evidence,
  imports,
  statistics,
  spreadsheets,
  operations,
  reference,
};

export const allRoutes: readonly RouteDefinition[] = Object.values(routesByFunction).flat();
